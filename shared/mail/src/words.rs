//! Times and durations in words.

use jiff::Timestamp;

/// Returns a time in words, such as `Thu 1 Apr 2027 at 09:30 UTC`.
pub(crate) fn utc(at: &Timestamp) -> String {
    at.strftime("%a %-d %b %Y at %H:%M UTC").to_string()
}

/// Returns a number of minutes in words, such as `30 minutes` or `24 hours`.
pub(crate) fn minutes(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, 1) => "1 minute".to_owned(),
        (1, 0) => "1 hour".to_owned(),
        (hours, 0) if hours > 0 => format!("{hours} hours"),
        _ => format!("{minutes} minutes"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn durations_are_whole_hours_or_minutes() {
        for (minutes, text) in [
            (0, "0 minutes"),
            (1, "1 minute"),
            (15, "15 minutes"),
            (60, "1 hour"),
            (90, "90 minutes"),
            (1_440, "24 hours"),
        ] {
            assert_eq!(super::minutes(minutes), text);
        }
    }
}
