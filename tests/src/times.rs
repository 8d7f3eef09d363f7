//! Times that were answered.

use jiff::Timestamp;
use serde_json::Value;

/// The clocks of a test and of the service may differ by this much.
const SKEW_SECONDS: i64 = 5;

/// The instant that a member of an answer tells.
#[track_caller]
pub fn time_in(value: &Value) -> Timestamp {
    let text = value.as_str().unwrap_or_default();
    match text.parse() {
        Ok(instant) if text.ends_with('Z') => instant,
        _ => panic!("expected a time in UTC, got {value}"),
    }
}

/// Asserts a time between `begun` and now.
#[track_caller]
pub fn assert_since(begun: Timestamp, value: &Value) {
    let told = time_in(value).as_second();
    let earliest = begun.as_second() - SKEW_SECONDS;
    let latest = Timestamp::now().as_second() + SKEW_SECONDS;
    assert!(
        (earliest..=latest).contains(&told),
        "expected a time since {begun}, got {value}"
    );
}
