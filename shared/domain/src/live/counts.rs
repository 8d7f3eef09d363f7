//! The counts that the viewers of an event receive.

use serde::{Deserialize, Serialize};

use crate::{
    events::{Event, EventStatus},
    seats::availability::Availability,
};

/// The numbers of seats, registrations and waiting users of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// The number of registrations with a seat.
    pub registered: u32,
    /// The number of seats without a registration, including seats that are held for the waitlist.
    pub remaining: u32,
    /// The number of all seats.
    pub capacity: u32,
    /// The number of users on the waitlist.
    pub waitlisted: u32,
    /// The status of the event.
    pub status: EventStatus,
}

impl Counts {
    /// Returns the counts of `event`. `availability` is `None` if the event was never published.
    #[must_use]
    pub fn of(event: &Event, availability: Option<Availability>) -> Self {
        let known = availability
            .unwrap_or_default()
            .truncated(event.bucket_count);
        let registered = known.total_guests();
        let capacity = event.details.capacity.get();
        Self {
            registered,
            remaining: capacity.saturating_sub(registered),
            capacity,
            waitlisted: known.waitlisted,
            status: event.status,
        }
    }
}
