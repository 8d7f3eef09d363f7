//! Registrations of users for events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, UserId},
    seats::waitlist::EntryId,
    text::RemovalReason,
};

/// The status of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationStatus {
    /// The user has a seat.
    Confirmed,
    /// The user waits for a seat.
    Waitlisted,
    /// The user has neither a seat nor a place any more, because the user or somebody else cancelled the registration.
    Cancelled,
}

impl RegistrationStatus {
    /// Returns the name of the status as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Waitlisted => "waitlisted",
            Self::Cancelled => "cancelled",
        }
    }
}

/// The registration of a user for an event.
///
/// The guest list decides who has a seat. The registration only shows the user what the guest list says about this user.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The id of the event.
    pub event_id: EventId,
    /// The id of the user.
    pub user_id: UserId,
    /// Whether the user has a seat, waits for one, or has neither.
    pub status: RegistrationStatus,
    /// The time at which the user last got a seat or a place on the waitlist.
    pub registered_at: Timestamp,
    /// The time at which the user last lost a seat or a place on the waitlist; `None` unless the registration is cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// The account that cancelled the registration; `None` unless the registration is cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_by: Option<UserId>,
    /// The reason that the organizer gave for taking away the seat or the place. It is removed when the account is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal_reason: Option<RemovalReason>,
    /// The time at which the user last lost a seat, even if the registration has changed since then. The loss of a place on the
    /// waitlist does not count. Registrations from before this field existed do not have this time, even if a seat was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat_lost_at: Option<Timestamp>,
    /// Whether the user got the seat by a promotion from the waitlist.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub promoted: bool,
    /// Whether the user switched off mails with announcements and reminders of this event.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
    /// Whether the user had already been admitted at the door when the account was erased. If so, the seat still counts as the
    /// seat of a person who came, and nobody else gets it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
    /// The number of times that the user got a seat at this event.
    pub generation: u32,
    /// The id of the place on the waitlist. If the status is not [`RegistrationStatus::Waitlisted`], this place is still to be
    /// deleted, because the user got a free seat without a promotion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<EntryId>,
    /// A revision of the home bucket. The registration shows whether the user had a seat or a place when the home bucket had
    /// this revision.
    pub rev: u64,
}

impl Registration {
    /// Returns the time at which the ticket of `generation` ended; `None` if the ticket is valid.
    ///
    /// The exact time is not known if several generations began and ended before the ticket was processed, or if the seat was
    /// lost before registrations had the field `seat_lost_at`. In these cases, the method returns the earliest time at which
    /// the ticket is known to have ended.
    #[must_use]
    pub fn ticket_ended_at(&self, generation: u32) -> Option<Timestamp> {
        let is_newest = generation >= self.generation;
        if is_newest && self.status == RegistrationStatus::Confirmed {
            return None;
        }
        let lost_at = self.seat_lost_at.or(self.cancelled_at);
        // Whether the user got a new seat or a place on the waitlist after the seat of this ticket was lost.
        let came_back = !is_newest || self.status == RegistrationStatus::Waitlisted;
        let came_back_at = came_back.then_some(self.registered_at);
        lost_at.into_iter().chain(came_back_at).min()
    }

    /// Whether the user is waiting at the place `entry`.
    #[must_use]
    pub fn waits_at(&self, entry: EntryId) -> bool {
        self.status == RegistrationStatus::Waitlisted && self.entry_id == Some(entry)
    }

    /// Returns the id of a place at which the user does not wait any more, if the item of this place may still exist.
    #[must_use]
    pub fn obsolete_entry(&self) -> Option<EntryId> {
        self.entry_id
            .filter(|_| self.status != RegistrationStatus::Waitlisted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::schedule::tests::time;

    fn registration(status: RegistrationStatus) -> Registration {
        Registration {
            event_id: "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            user_id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            status,
            registered_at: time("2027-05-01T18:06:00Z"),
            cancelled_at: None,
            cancelled_by: None,
            removal_reason: None,
            seat_lost_at: Some(time("2027-05-01T18:05:00Z")),
            promoted: false,
            muted: false,
            kept: false,
            generation: 2,
            entry_id: None,
            rev: 1,
        }
    }

    #[test]
    fn a_ticket_ends_when_its_seat_is_lost() {
        use RegistrationStatus::{Cancelled, Confirmed, Waitlisted};
        let (lost, back) = ("2027-05-01T18:05:00Z", "2027-05-01T18:06:00Z");
        let lost_again = "2027-05-01T18:10:00Z";
        for (status, lost_at, cancelled_at, generation, ended) in [
            (Confirmed, Some(lost), None, 2, None),
            (Confirmed, Some(lost), None, 1, Some(lost)),
            (Confirmed, None, None, 1, Some(back)),
            (Waitlisted, Some(lost), None, 2, Some(lost)),
            (Waitlisted, None, None, 2, Some(back)),
            (
                Cancelled,
                Some(lost_again),
                Some(lost_again),
                2,
                Some(lost_again),
            ),
            // The time at which generation 1 ended is not known, but it was before generation 2 began.
            (Cancelled, Some(lost_again), Some(lost_again), 1, Some(back)),
            // The user gave up the seat first. Later, the user joined the waitlist and then gave up the place on it.
            (Cancelled, Some(lost), Some(lost_again), 2, Some(lost)),
            (Cancelled, None, Some(lost_again), 2, Some(lost_again)),
        ] {
            let registration = Registration {
                seat_lost_at: lost_at.map(time),
                cancelled_at: cancelled_at.map(time),
                ..registration(status)
            };
            assert_eq!(
                registration.ticket_ended_at(generation),
                ended.map(time),
                "{status:?} {lost_at:?} {cancelled_at:?} {generation}"
            );
        }
    }
}
