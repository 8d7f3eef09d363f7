//! Giving a seat or a place up: what the steps of [`Leave`](crate::seats::leave::Leave) write.

use jiff::Timestamp;

use super::{
    BucketChange, BucketDemand, BucketWrite, PlaceWrite, RegistrationChange, RegistrationDemand,
    RegistrationWrite,
};
use crate::{
    id::{EventId, GuestId, UserId},
    seats::{
        bucket::{BucketNo, SeatKind},
        claim::SeatRev,
        registration::RegistrationStatus,
        waitlist::EntryId,
    },
};

/// The guest leaves the home bucket, and the registration records who wished it: one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RemovalWrite {
    /// The home bucket, on the condition that it is as it was read.
    pub home: BucketWrite,
    /// The registration.
    pub registration: RegistrationWrite,
}

/// The place is deleted, and the registration that names it is cancelled: one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GiveUpWrite {
    /// The place, which may be gone already.
    pub place: PlaceWrite,
    /// The registration.
    pub registration: RegistrationWrite,
}

impl BucketWrite {
    /// Returns the write by which `guest` leaves the home bucket. The seat is held for the waitlist.
    #[must_use]
    pub fn removal(home: BucketNo, guest: GuestId) -> Self {
        Self {
            no: home,
            demands: vec![BucketDemand::Listed(guest)],
            changes: vec![
                BucketChange::Add(SeatKind::Held, 1),
                BucketChange::Unlist(guest),
            ],
        }
    }
}

impl RemovalWrite {
    /// Returns the write by which `guest` leaves `home`, which was read at the revision `rev` and had the guest. It also
    /// records that `by` wished it at `at`.
    #[must_use]
    pub fn new(
        event: EventId,
        home: BucketNo,
        guest: GuestId,
        rev: u64,
        at: Timestamp,
        by: UserId,
    ) -> Self {
        let removed = SeatRev::Written(rev + 1);
        Self {
            home: BucketWrite {
                demands: vec![BucketDemand::Revision(rev)],
                ..BucketWrite::removal(home, guest)
            },
            registration: RegistrationWrite::removal(event, guest.user_id(), removed, at, by),
        }
    }
}

impl RegistrationWrite {
    /// Returns the write that records that `user` lost the seat at `at`, because `by` wished it. A removal that was only seen
    /// changes only a confirmed registration.
    #[must_use]
    pub fn removal(event: EventId, user: UserId, rev: SeatRev, at: Timestamp, by: UserId) -> Self {
        let older = RegistrationDemand::RevisionBelow(rev.get());
        let (or_absent, demands) = match rev {
            SeatRev::Written(_) => (true, vec![older]),
            SeatRev::Seen(_) => {
                let confirmed = RegistrationDemand::Is(RegistrationStatus::Confirmed);
                (false, vec![older, confirmed])
            }
        };
        Self {
            event,
            user,
            or_absent,
            demands,
            change: RegistrationChange::SeatLost {
                rev: rev.get(),
                at,
                by,
            },
        }
    }
}

impl GiveUpWrite {
    /// Returns the write by which `user` loses the place `entry` at `at`, because `by` wished it.
    #[must_use]
    pub fn new(event: EventId, user: UserId, entry: EntryId, at: Timestamp, by: UserId) -> Self {
        Self {
            place: PlaceWrite::Delete(entry),
            registration: RegistrationWrite {
                event,
                user,
                or_absent: false,
                demands: vec![RegistrationDemand::WaitsAt(entry)],
                change: RegistrationChange::PlaceGivenUp { at, by },
            },
        }
    }
}
