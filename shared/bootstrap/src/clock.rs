//! The clock of the functions. The rules have none: they get the time as an argument.

use jiff::Timestamp;

/// The time in whole milliseconds, the precision in which times are stored and shown.
#[must_use]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
