//! Requests for new events, unique names, and times in the future.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde::Serialize;

/// The body of `POST /v1/events`. A field that is `None` is not sent.
///
/// The default is an event that starts in 30 days, with 10 seats and a unique title.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewEvent {
    /// The title of the event.
    pub title: String,
    /// The description of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The venue of the event.
    pub venue: String,
    /// The time at which the event begins.
    pub starts_at: Timestamp,
    /// The time at which the event ends.
    pub ends_at: Timestamp,
    /// IANA name of the time zone in which the event's times are shown.
    pub timezone: String,
    /// Number of seats.
    pub capacity: usize,
    /// The category of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The tags of the event.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// First instant at which registration is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_opens_at: Option<Timestamp>,
    /// First instant at which registration is no longer open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_closes_at: Option<Timestamp>,
    /// The time at which the doors open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doors_open_at: Option<Timestamp>,
}

impl Default for NewEvent {
    fn default() -> Self {
        Self {
            title: format!("Evening {}", unique()),
            description: None,
            venue: "Town hall".to_owned(),
            starts_at: in_days(30),
            ends_at: in_days(31),
            timezone: "Europe/Berlin".to_owned(),
            capacity: 10,
            category: None,
            tags: Vec::new(),
            registration_opens_at: None,
            registration_closes_at: None,
            doors_open_at: None,
        }
    }
}

impl NewEvent {
    /// Returns the default event with this many seats.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            capacity,
            ..Self::default()
        }
    }

    /// Returns the default event with this many seats, whose doors have been open for three hours.
    pub fn with_open_doors(capacity: usize) -> Self {
        Self {
            doors_open_at: Some(in_hours(-3)),
            ..Self::with_capacity(capacity)
        }
    }
}

/// Returns a word of lower-case letters and digits that no other test of this run or an earlier run has used.
pub fn unique() -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let microseconds = Timestamp::now().as_microsecond();
    let count = MADE.fetch_add(1, Ordering::Relaxed);
    format!("{microseconds:x}n{count:x}r{:04x}", fastrand::u16(..))
}

/// Returns the time `days` from now, in whole seconds.
pub fn in_days(days: i64) -> Timestamp {
    in_hours(24 * days)
}

/// Returns the time `hours` from now, in whole seconds.
pub fn in_hours(hours: i64) -> Timestamp {
    in_seconds(3_600 * hours)
}

/// Returns the time `seconds` from now, in whole seconds. If `seconds` is negative, the time is in the past.
pub fn in_seconds(seconds: i64) -> Timestamp {
    let second = Timestamp::now().as_second() + seconds;
    match Timestamp::from_second(second) {
        Ok(timestamp) => timestamp,
        Err(error) => panic!("{seconds} s from now is no time: {error}"),
    }
}
