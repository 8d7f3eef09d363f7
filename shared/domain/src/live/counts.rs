//! What viewers are told of an event.

use serde::{Deserialize, Serialize};

use crate::{
    events::{Event, EventStatus},
    seats::availability::Availability,
};

/// An event's counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Registrations with a seat.
    pub registered: u32,
    /// Seats without one, those among them that are being offered to the waitlist.
    pub remaining: u32,
    /// Seats.
    pub capacity: u32,
    /// Who waits for one.
    pub waitlisted: u32,
    /// Where the event stands.
    pub status: EventStatus,
}

impl Counts {
    /// Those of `event`; `availability`: `None` where it was never published.
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
