//! The clock that the functions read. The rules of `domain` use no clock. They get the time as an argument.

use jiff::Timestamp;

/// Returns the current time in whole milliseconds. Times are stored and shown with this precision.
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
