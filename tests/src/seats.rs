//! Counts of an event's seats.

use serde::Deserialize;

/// The counts of registrations in the answer of `GET /v1/admin/events/{id}/invariants`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Seats {
    /// Seats of the event.
    pub capacity: usize,
    /// Seats that anybody may claim.
    pub free: usize,
    /// Seats that were given back and are not offered again yet.
    pub held: usize,
    /// People on the guest list.
    pub guests: usize,
    /// Confirmed registrations.
    pub registrations: usize,
    /// Whether the service finds these figures consistent.
    pub ok: bool,
}

impl Seats {
    /// Asserts that no seat was lost or added: `free + held + guests = capacity`.
    #[track_caller]
    pub fn assert_balanced(&self, capacity: usize) {
        assert_eq!(self.capacity, capacity, "{self:?}");
        assert_eq!(self.free + self.held + self.guests, capacity, "{self:?}");
    }
}
