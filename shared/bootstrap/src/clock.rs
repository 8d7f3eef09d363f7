//! The clock of the functions. The rules have none: they are told the time.

use jiff::Timestamp;

/// The time in whole milliseconds, the precision in which times are stored and shown.
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
