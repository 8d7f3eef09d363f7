//! The writes that the steps of [`Claim`](crate::seats::claim::Claim) make when they claim a seat, and the write that records
//! the seat.

use jiff::Timestamp;

use super::{
    BucketChange, BucketDemand, BucketWrite, RegistrationChange, RegistrationDemand,
    RegistrationWrite,
};
use crate::{
    id::{EventId, GuestId, UserId},
    seats::{
        bucket::{BucketNo, SeatKind},
        claim::SeatRev,
        registration::RegistrationStatus,
    },
};

/// One transaction that takes a seat from the donor and adds the guest to the home bucket. A user is in no bucket except the
/// home bucket, so nobody can be on the guest list twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BorrowWrite {
    /// The write to the donor, which is the bucket that gives the seat.
    pub donor: BucketWrite,
    /// The write to the guest's home bucket.
    pub home: BucketWrite,
}

impl BucketWrite {
    /// Returns the write that decides who has a seat: `guest` takes a free seat in the home bucket at the time `now`, in
    /// milliseconds since 1970.
    #[must_use]
    pub fn claim(home: BucketNo, guest: GuestId, now: i64) -> Self {
        Self {
            no: home,
            demands: vec![
                BucketDemand::Admits { now },
                BucketDemand::AtLeast(SeatKind::Free, 1),
                BucketDemand::NotListed(guest),
            ],
            changes: vec![
                BucketChange::Take(SeatKind::Free, 1),
                BucketChange::List(guest),
            ],
        }
    }
}

impl BorrowWrite {
    /// Returns the transaction that gives `guest` a free seat of the bucket `donor` at the time `now`, in milliseconds since
    /// 1970.
    #[must_use]
    pub fn new(donor: BucketNo, home: BucketNo, guest: GuestId, now: i64) -> Self {
        Self {
            donor: BucketWrite {
                no: donor,
                demands: vec![
                    BucketDemand::Admits { now },
                    BucketDemand::AtLeast(SeatKind::Free, 1),
                ],
                changes: vec![BucketChange::Take(SeatKind::Free, 1)],
            },
            home: BucketWrite {
                no: home,
                demands: vec![BucketDemand::Admits { now }, BucketDemand::NotListed(guest)],
                changes: vec![BucketChange::List(guest)],
            },
        }
    }
}

impl RegistrationWrite {
    /// Returns the write that records in the registration that `user` got a seat at the time `at`. If `rev` is only
    /// [`SeatRev::Seen`], the write does not change a confirmed registration, because the seat may have been recorded already.
    #[must_use]
    pub fn seat(event: EventId, user: UserId, rev: SeatRev, at: Timestamp) -> Self {
        let mut demands = vec![RegistrationDemand::RevisionBelow(rev.get())];
        match rev {
            SeatRev::Written(_) => {}
            SeatRev::Seen(_) => {
                demands.push(RegistrationDemand::IsNot(RegistrationStatus::Confirmed));
            }
        }
        Self {
            event,
            user,
            or_absent: true,
            demands,
            change: RegistrationChange::Seat { rev: rev.get(), at },
        }
    }
}
