//! The counts of an event's seats.

use serde::Deserialize;

/// The counts of seats and registrations in the answer of `GET /v1/admin/events/{id}/invariants`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Seats {
    /// Number of seats of the event.
    pub capacity: usize,
    /// Number of free seats, which anybody may claim.
    pub free: usize,
    /// Number of held seats. They were returned, and no claim can take them yet.
    pub held: usize,
    /// Number of people on the guest list.
    pub guests: usize,
    /// Number of confirmed registrations.
    pub registrations: usize,
    /// Whether the service found these counts consistent.
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
