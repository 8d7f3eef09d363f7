//! The writes that the steps of [`Leave`](crate::seats::leave::Leave) make when a user gives up a seat or a place.

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

/// One transaction that removes the guest from the home bucket and records in the registration which account requested the
/// removal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RemovalWrite {
    /// The write to the home bucket, which must not have changed since it was read.
    pub home: BucketWrite,
    /// The write that records in the registration which account requested the removal.
    pub registration: RegistrationWrite,
}

/// One transaction that deletes the place and cancels the registration that names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GiveUpWrite {
    /// The write that deletes the place. It also succeeds if the place does not exist any more.
    pub place: PlaceWrite,
    /// The write that cancels the registration.
    pub registration: RegistrationWrite,
}

impl BucketWrite {
    /// Returns the write that removes `guest` from the home bucket. The seat becomes held for the waitlist.
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
    /// Returns the transaction that removes `guest` from the bucket `home` and records that the account `by` requested the
    /// removal at the time `at`. The bucket was read at the revision `rev` and contained the guest.
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
    /// Returns the write that records in the registration that `user` lost the seat at the time `at`, because the account `by`
    /// requested the cancellation. If `rev` is only [`SeatRev::Seen`], the write changes only a confirmed registration.
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
    /// Returns the transaction that takes the place `entry` from `user` at the time `at`, because the account `by` requested
    /// the cancellation.
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
