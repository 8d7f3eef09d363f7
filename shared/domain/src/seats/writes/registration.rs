//! Conditional writes to one registration. A registration shows what the guest list decided, and stores the home bucket's
//! revision so that an older write never replaces a newer write.

use jiff::Timestamp;

use crate::{
    id::{EventId, UserId},
    seats::{
        registration::{Registration, RegistrationStatus},
        waitlist::EntryId,
    },
};

/// A condition on an existing registration. If there is no registration, no condition is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrationDemand {
    /// The registration's revision is lower than this number.
    RevisionBelow(u64),
    /// The registration's revision is this number or a lower one.
    RevisionAtMost(u64),
    /// The registration has this status.
    Is(RegistrationStatus),
    /// The registration has a status other than this status.
    IsNot(RegistrationStatus),
    /// The registration is waitlisted, and it names this place.
    WaitsAt(EntryId),
}

/// A change to a registration. The revisions are those of the user's home bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrationChange {
    /// The user got a seat by a claim. If the registration names a place on the waitlist, it still contains the place's id
    /// afterwards, until the place is deleted.
    Seat {
        /// The revision of the home bucket at which the user had the seat.
        rev: u64,
        /// The time of the claim.
        at: Timestamp,
    },
    /// The user, who was on the waitlist, got a seat by promotion.
    Promotion {
        /// The revision of the home bucket at which the user had the seat.
        rev: u64,
        /// The time of the promotion.
        at: Timestamp,
    },
    /// The user got a place on the waitlist.
    Place {
        /// The id of the place.
        entry: EntryId,
        /// The revision of the home bucket at which the user had no seat.
        rev: u64,
        /// The time at which the user joined the waitlist.
        at: Timestamp,
    },
    /// The user lost the seat.
    SeatLost {
        /// The revision of the home bucket at which the user had lost the seat.
        rev: u64,
        /// The time at which the user lost the seat.
        at: Timestamp,
        /// The account that requested the cancellation.
        by: UserId,
    },
    /// The user lost the place on the waitlist.
    PlaceGivenUp {
        /// The time at which the user lost the place.
        at: Timestamp,
        /// The account that requested the cancellation.
        by: UserId,
    },
    /// The registration is still correct at this revision of the home bucket, so only the registration's revision changes.
    Revision(u64),
}

/// A conditional write to one registration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegistrationWrite {
    /// The id of the event.
    pub event: EventId,
    /// The id of the user.
    pub user: UserId,
    /// Whether the write is made even if there is no registration.
    pub or_absent: bool,
    /// The conditions on an existing registration. The write is made only if all of them are met.
    pub demands: Vec<RegistrationDemand>,
    /// The change that the write makes to the registration.
    pub change: RegistrationChange,
}

impl RegistrationDemand {
    /// Whether `registration` meets this condition.
    #[must_use]
    pub fn holds(&self, registration: &Registration) -> bool {
        match *self {
            Self::RevisionBelow(rev) => registration.rev < rev,
            Self::RevisionAtMost(rev) => registration.rev <= rev,
            Self::Is(status) => registration.status == status,
            Self::IsNot(status) => registration.status != status,
            Self::WaitsAt(entry) => registration.waits_at(entry),
        }
    }
}

impl RegistrationWrite {
    /// Whether the write is made if the stored registration is `standing`. `None` means that there is no registration.
    #[must_use]
    pub fn holds(&self, standing: Option<&Registration>) -> bool {
        match standing {
            None => self.or_absent,
            Some(registration) => self.demands.iter().all(|demand| demand.holds(registration)),
        }
    }

    /// Returns the registration after the write. `standing` is the stored registration, for which [`RegistrationWrite::holds`]
    /// returned true.
    #[must_use]
    pub fn applied(&self, standing: Option<Registration>) -> Registration {
        let is_new = standing.is_none();
        let mut item = standing.unwrap_or_else(|| self.blank());
        match self.change {
            RegistrationChange::Seat { rev, at } => {
                begin(&mut item, RegistrationStatus::Confirmed, rev, at);
                item.generation += 1;
            }
            RegistrationChange::Promotion { rev, at } => {
                item.status = RegistrationStatus::Confirmed;
                item.rev = rev;
                item.registered_at = at;
                item.generation += 1;
                item.promoted = true;
                item.entry_id = None;
            }
            RegistrationChange::Place { entry, rev, at } => {
                begin(&mut item, RegistrationStatus::Waitlisted, rev, at);
                item.entry_id = Some(entry);
            }
            RegistrationChange::SeatLost { rev, at, by } => {
                item.status = RegistrationStatus::Cancelled;
                item.rev = rev;
                item.cancelled_at = Some(at);
                item.cancelled_by = Some(by);
                item.seat_lost_at = Some(at);
                if is_new {
                    item.registered_at = at;
                    item.generation = 1;
                }
            }
            RegistrationChange::PlaceGivenUp { at, by } => {
                item.status = RegistrationStatus::Cancelled;
                item.cancelled_at = Some(at);
                item.cancelled_by = Some(by);
                item.entry_id = None;
            }
            RegistrationChange::Revision(rev) => item.rev = rev,
        }
        item
    }

    /// Returns the registration of a user who has had neither a seat nor a place at the event.
    fn blank(&self) -> Registration {
        Registration {
            event_id: self.event,
            user_id: self.user,
            status: RegistrationStatus::Cancelled,
            registered_at: Timestamp::UNIX_EPOCH,
            cancelled_at: None,
            cancelled_by: None,
            removal_reason: None,
            seat_lost_at: None,
            promoted: false,
            muted: false,
            kept: false,
            generation: 0,
            entry_id: None,
            rev: 0,
        }
    }
}

/// Makes `item` a registration that begins at the time `at`, and removes the data about an earlier cancellation.
fn begin(item: &mut Registration, status: RegistrationStatus, rev: u64, at: Timestamp) {
    item.status = status;
    item.rev = rev;
    item.registered_at = at;
    item.cancelled_at = None;
    item.cancelled_by = None;
    item.removal_reason = None;
    item.promoted = false;
    item.kept = false;
}
