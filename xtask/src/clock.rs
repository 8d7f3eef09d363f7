//! Formats and parses times.

use jiff::Timestamp;

/// Returns the current time in milliseconds since 1970.
pub(crate) fn now_millis() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default()
}

/// Formats a time by RFC 3339, in UTC and without fractions. `seconds` is the time in seconds since 1970.
pub(crate) fn rfc3339(seconds: u64) -> String {
    of_millis(seconds.saturating_mul(1_000))
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// Parses an RFC 3339 time in UTC between 1970 and 2554. Returns the nanoseconds since 1970.
pub(crate) fn parse_rfc3339(text: &str) -> Option<u64> {
    let time: Timestamp = text.ends_with('Z').then(|| text.parse().ok())??;
    u64::try_from(time.as_nanosecond()).ok()
}

/// Converts milliseconds since 1970 to a [`Timestamp`]. A time that is too late for this type becomes the latest time of the
/// type.
fn of_millis(millis: u64) -> Timestamp {
    i64::try_from(millis)
        .ok()
        .and_then(|millis| Timestamp::from_millisecond(millis).ok())
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_around_leap_days() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(951_868_800), "2000-03-01T00:00:00Z");
        assert_eq!(rfc3339(1_798_761_599), "2026-12-31T23:59:59Z");
        assert_eq!(rfc3339(1_798_761_600), "2027-01-01T00:00:00Z");
    }

    #[test]
    fn times_are_read_as_they_are_written() {
        for seconds in [0, 951_782_399, 951_782_400, 951_868_800, 1_798_761_599] {
            let nanos = parse_rfc3339(&rfc3339(seconds));
            assert_eq!(nanos, Some(seconds * 1_000_000_000));
        }
        assert_eq!(
            parse_rfc3339("1970-01-02T00:00:01.25Z"),
            Some(86_401_250_000_000)
        );
        for wrong in [
            "",
            "2026-11-22",
            "2026-11-22T17:32:04",
            "2026-11-22T17:32:04+01:00",
            "2026-13-22T17:32:04Z",
            "2026-11-22T17:32:+4Z",
            "2026-11-22T17:32:04.0000000001Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(parse_rfc3339(wrong), None, "{wrong}");
        }
    }
}
