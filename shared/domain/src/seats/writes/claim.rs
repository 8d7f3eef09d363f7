//! Claiming a seat: what the steps of [`Claim`](crate::seats::claim::Claim) write, and what is recorded then.

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

/// A seat leaves the donor, and the guest is added at home: one transaction. A user is always in their home bucket, so nobody
/// can be on the list twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BorrowWrite {
    /// The bucket that gives the seat.
    pub donor: BucketWrite,
    /// The home bucket of the guest.
    pub home: BucketWrite,
}

impl BucketWrite {
    /// Returns the one write that decides who has a seat: at the time `now`, in milliseconds since 1970, `guest` takes a free
    /// seat of the home bucket.
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
    /// Returns the write by which `guest` gets a free seat of `donor` at the time `now`, in milliseconds since 1970.
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
    /// Returns the write that records that `user` got a seat at `at`. A seat that was only seen does not change a confirmed
    /// registration: that seat may be recorded already.
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
