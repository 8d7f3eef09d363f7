//! Writes of one registration. It follows the guest list by the revisions of the home bucket.

use jiff::Timestamp;

use crate::{
    id::{EventId, UserId},
    seats::{
        registration::{Registration, RegistrationStatus},
        waitlist::EntryId,
    },
};

/// A condition on an existing registration. No condition holds if there is no registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrationDemand {
    /// The revision is below this one.
    RevisionBelow(u64),
    /// The revision is this one, or below it.
    RevisionAtMost(u64),
    /// The status is this one.
    Is(RegistrationStatus),
    /// The status is another one.
    IsNot(RegistrationStatus),
    /// The registration is waitlisted, and this is its place.
    WaitsAt(EntryId),
}

/// A change of a registration. The revisions are those of the home bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RegistrationChange {
    /// The user got a seat by a claim. A place on the waitlist stays named, until it is deleted.
    Seat {
        /// The revision with the seat.
        rev: u64,
        /// The time of the claim.
        at: Timestamp,
    },
    /// The user, who waited, got a seat by promotion.
    Promotion {
        /// The revision with the seat.
        rev: u64,
        /// The time of the promotion.
        at: Timestamp,
    },
    /// The user got a place on the waitlist.
    Place {
        /// The place.
        entry: EntryId,
        /// The revision without a seat.
        rev: u64,
        /// The time of joining.
        at: Timestamp,
    },
    /// The user lost the seat.
    SeatLost {
        /// The revision without the seat.
        rev: u64,
        /// The time of the loss.
        at: Timestamp,
        /// The account that wished it.
        by: UserId,
    },
    /// The user, who waited, lost the place on the waitlist.
    PlaceGivenUp {
        /// The time of the loss.
        at: Timestamp,
        /// The account that wished it.
        by: UserId,
    },
    /// The registration is also true of this revision.
    Revision(u64),
}

/// A conditional write of one registration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegistrationWrite {
    /// The event.
    pub event: EventId,
    /// The user.
    pub user: UserId,
    /// Whether the write is also made if there is no registration.
    pub or_absent: bool,
    /// The demands on an existing registration. All must hold.
    pub demands: Vec<RegistrationDemand>,
    /// The change.
    pub change: RegistrationChange,
}

impl RegistrationDemand {
    /// Whether the demand holds for `registration`.
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
    /// Whether the write is made over `standing`; `None`: there is no registration.
    #[must_use]
    pub fn holds(&self, standing: Option<&Registration>) -> bool {
        match standing {
            None => self.or_absent,
            Some(registration) => self.demands.iter().all(|demand| demand.holds(registration)),
        }
    }

    /// Returns the registration after the write over `standing`, for which [`RegistrationWrite::holds`].
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

    /// Returns the registration of a user who has had neither seat nor place.
    fn blank(&self) -> Registration {
        Registration {
            event_id: self.event,
            user_id: self.user,
            status: RegistrationStatus::Cancelled,
            registered_at: Timestamp::UNIX_EPOCH,
            cancelled_at: None,
            cancelled_by: None,
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

/// Makes `item` a registration that begins at `at`, and removes the data of an earlier end.
fn begin(item: &mut Registration, status: RegistrationStatus, rev: u64, at: Timestamp) {
    item.status = status;
    item.rev = rev;
    item.registered_at = at;
    item.cancelled_at = None;
    item.cancelled_by = None;
    item.promoted = false;
    item.kept = false;
}
