//! Counts of an event's seats.

use serde::Deserialize;

/// The answer of `GET /v1/admin/events/{id}/invariants`, as far as registrations go.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Seats {
    /// Seats of the event.
    pub capacity: usize,
    /// Seats that anybody may claim.
    pub free: usize,
    /// Seats given back and not offered again yet.
    pub held: usize,
    /// People on the guest list.
    pub guests: usize,
    /// Confirmed registrations.
    pub registrations: usize,
    /// Whether the service itself finds these figures consistent.
    pub ok: bool,
}

impl Seats {
    /// Asserts that no seat is lost and none was made: `free + held + guests = capacity`.
    #[track_caller]
    pub fn assert_balanced(&self, capacity: usize) {
        assert_eq!(self.capacity, capacity, "{self:?}");
        assert_eq!(self.free + self.held + self.guests, capacity, "{self:?}");
    }
}
