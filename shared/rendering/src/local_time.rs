//! Formats the start and end of an event as text, in the event's time zone.

use jiff::{Timestamp, Zoned, tz::TimeZone};

/// Returns a text such as `Sat 1 May 2027, 20:00–22:00, Europe/Berlin (UTC+02:00)`. The text is longer if the event ends on
/// another day, or if the offset from UTC changes during the event.
#[must_use]
pub fn period(starts_at: Timestamp, ends_at: Timestamp, time_zone: &TimeZone) -> String {
    let starts = starts_at.to_zoned(time_zone.clone());
    let ends = ends_at.to_zoned(time_zone.clone());
    let zone = time_zone.iana_name();

    if starts.offset() != ends.offset() {
        let text = format!(
            "{} ({}) – {} ({})",
            day_and_time(&starts),
            offset(&starts),
            day_and_time(&ends),
            offset(&ends)
        );
        return match zone {
            Some(zone) => format!("{text}, {zone}"),
            None => text,
        };
    }

    let text = if starts.date() == ends.date() {
        format!("{}–{}", day_and_time(&starts), ends.strftime("%H:%M"))
    } else {
        format!("{} – {}", day_and_time(&starts), day_and_time(&ends))
    };
    match zone {
        Some("UTC") => format!("{text}, UTC"),
        Some(zone) => format!("{text}, {zone} ({})", offset(&starts)),
        None => format!("{text}, {}", offset(&starts)),
    }
}

fn day_and_time(time: &Zoned) -> String {
    time.strftime("%a %-d %b %Y, %H:%M").to_string()
}

fn offset(time: &Zoned) -> String {
    time.strftime("UTC%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period_in(zone: &str, starts_at: &str, ends_at: &str) -> String {
        period(
            starts_at.parse().unwrap(),
            ends_at.parse().unwrap(),
            &TimeZone::get(zone).unwrap(),
        )
    }

    #[test]
    fn an_evening() {
        assert_eq!(
            period_in(
                "Europe/Berlin",
                "2027-05-01T18:00:00Z",
                "2027-05-01T20:00:00Z"
            ),
            "Sat 1 May 2027, 20:00–22:00, Europe/Berlin (UTC+02:00)"
        );
        assert_eq!(
            period_in(
                "America/St_Johns",
                "2027-01-09T18:00:00Z",
                "2027-01-09T20:00:00Z"
            ),
            "Sat 9 Jan 2027, 14:30–16:30, America/St_Johns (UTC-03:30)"
        );
        assert_eq!(
            period_in("UTC", "2027-05-01T18:00:00Z", "2027-05-01T20:00:00Z"),
            "Sat 1 May 2027, 18:00–20:00, UTC"
        );
    }

    #[test]
    fn past_midnight() {
        assert_eq!(
            period_in("Asia/Tokyo", "2027-05-01T13:00:00Z", "2027-05-01T16:00:00Z"),
            "Sat 1 May 2027, 22:00 – Sun 2 May 2027, 01:00, Asia/Tokyo (UTC+09:00)"
        );
    }

    #[test]
    fn over_a_change_of_clocks() {
        assert_eq!(
            period_in(
                "Europe/Berlin",
                "2027-10-30T20:00:00Z",
                "2027-10-31T05:00:00Z"
            ),
            "Sat 30 Oct 2027, 22:00 (UTC+02:00) – Sun 31 Oct 2027, 06:00 (UTC+01:00), Europe/Berlin"
        );
    }

    #[test]
    fn a_zone_without_a_name() {
        let berlin = TimeZone::fixed(jiff::tz::offset(2));
        let start: Timestamp = "2027-05-01T18:00:00Z".parse().unwrap();
        assert_eq!(
            period(start, start, &berlin),
            "Sat 1 May 2027, 20:00–20:00, UTC+02:00"
        );
    }
}
