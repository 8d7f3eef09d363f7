//! Times in the answers of the service.

use jiff::Timestamp;
use serde_json::Value;

/// Maximum difference, in seconds, between the clock of a test and the clock of the service.
const SKEW_SECONDS: i64 = 5;

/// Parses a member of an answer as a time. Panics unless the time is in UTC.
#[track_caller]
pub fn time_in(value: &Value) -> Timestamp {
    let text = value.as_str().unwrap_or_default();
    match text.parse() {
        Ok(instant) if text.ends_with('Z') => instant,
        _ => panic!("expected a time in UTC, got {value}"),
    }
}

/// Asserts that every timestamp in `value`, at any depth, is in UTC and has three digits of a second's fraction, as em-connect
/// always writes them. `told_by` names the source of the value in the failure message.
#[track_caller]
pub(crate) fn assert_three_digits(told_by: &str, value: &Value) {
    match value {
        Value::String(text) => assert!(
            text.parse::<Timestamp>().is_err() || is_in_milliseconds(text),
            "{told_by}: expected a time such as 2027-05-01T18:00:00.000Z, got {text}"
        ),
        Value::Array(items) => items
            .iter()
            .for_each(|item| assert_three_digits(told_by, item)),
        Value::Object(members) => members
            .values()
            .for_each(|member| assert_three_digits(told_by, member)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns whether the text has the format of `2027-05-01T18:00:00.000Z`.
pub(crate) fn is_in_milliseconds(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fraction = text.strip_suffix('Z').and_then(|text| text.split_once('.'));
    fraction.is_some_and(|(second, fraction)| {
        second.len() == "2027-05-01T18:00:00".len() && fraction.len() == 3 && digits(fraction)
    })
}

/// Asserts that the value is a time between `begun` and the time of this call. The clocks of the test and the service may
/// differ by [`SKEW_SECONDS`].
#[track_caller]
pub fn assert_since(begun: Timestamp, value: &Value) {
    let reported = time_in(value).as_second();
    let earliest = begun.as_second() - SKEW_SECONDS;
    let latest = Timestamp::now().as_second() + SKEW_SECONDS;
    assert!(
        (earliest..=latest).contains(&reported),
        "expected a time since {begun}, got {value}"
    );
}
