//! Times as text. The little that xtask needs; a time library would double its build.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub(crate) fn now_millis() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// RFC 3339 in UTC, without fractions.
pub(crate) fn rfc3339(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = time_of_day(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `hh:mm:ss.mmm` in UTC.
pub(crate) fn clock_time(millis: u64) -> String {
    let (hour, minute, second) = time_of_day(millis / 1000);
    format!("{hour:02}:{minute:02}:{second:02}.{:03}", millis % 1000)
}

/// Nanoseconds since 1970 of an RFC 3339 time in UTC, from then to the year 2554.
pub(crate) fn parse_rfc3339(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [year, month, day] = three_numbers(date, '-')?;
    let [hour, minute, second] = three_numbers(time, ':')?;
    let in_range = (1970..3000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !in_range || fraction.len() > 9 {
        return None;
    }
    let nanos = number(&format!("{fraction:0<9}"))?;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

fn three_numbers(text: &str, separator: char) -> Option<[u64; 3]> {
    let numbers: Option<Vec<_>> = text.split(separator).map(number).collect();
    numbers?.try_into().ok()
}

/// Digits and nothing else: `parse` takes a sign, too.
fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

fn time_of_day(seconds: u64) -> (u64, u64, u64) {
    let of_day = seconds % 86_400;
    (of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// Howard Hinnant's `civil_from_days`, for days since 1970: years begin in March there, so that the
/// leap day is their last.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// The reverse: days since 1970.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = year - u64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
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
    fn the_time_of_a_log_line() {
        assert_eq!(clock_time(1_795_368_724_183), "17:32:04.183");
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
