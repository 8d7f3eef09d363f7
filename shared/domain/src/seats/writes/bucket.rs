//! Writes of one bucket.

use crate::{
    id::GuestId,
    seats::bucket::{Bucket, BucketNo, SeatKind, Terms},
};

/// A condition on an existing bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BucketDemand {
    /// The bucket takes guests at this time.
    Admits {
        /// The time, in milliseconds since 1970.
        now: i64,
    },
    /// The bucket has at least this number of seats of this kind.
    AtLeast(SeatKind, u32),
    /// The guest has a seat of the bucket.
    Listed(GuestId),
    /// The guest has no seat of the bucket.
    NotListed(GuestId),
    /// The revision is this one: nobody has written the bucket since it was read. So its guests, seats and terms are those
    /// that were read.
    Revision(u64),
    /// The terms are those of an earlier version of the event than this one.
    TermsBelow(u64),
}

/// A change of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BucketChange {
    /// Takes this number of seats of this kind.
    Take(SeatKind, u32),
    /// Adds this number of seats of this kind.
    Add(SeatKind, u32),
    /// Adds the guest.
    List(GuestId),
    /// Removes the guest.
    Unlist(GuestId),
    /// Replaces the terms.
    SetTerms(Terms),
}

/// A conditional write of one bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BucketWrite {
    /// The bucket, which must exist.
    pub no: BucketNo,
    /// All of these must hold.
    pub demands: Vec<BucketDemand>,
    /// The changes, no two of the same number or set. If there are any, the revision rises by one with them. A write without
    /// changes only checks the demands, for the other parts of its transaction.
    pub changes: Vec<BucketChange>,
}

impl BucketDemand {
    /// Whether the demand holds for `bucket`.
    #[must_use]
    pub fn holds(&self, bucket: &Bucket) -> bool {
        match *self {
            Self::Admits { now } => bucket.terms.admit(now),
            Self::AtLeast(kind, seats) => bucket.seats(kind) >= seats,
            Self::Listed(guest) => bucket.has(guest),
            Self::NotListed(guest) => !bucket.has(guest),
            Self::Revision(rev) => bucket.rev == rev,
            Self::TermsBelow(version) => bucket.terms.event_version < version,
        }
    }
}

impl BucketChange {
    /// Changes `bucket`. It has the seats that are taken, because a write demands them.
    fn apply(&self, bucket: &mut Bucket) {
        match *self {
            Self::Take(kind, taken) => {
                let seats = bucket.seats_mut(kind);
                *seats = seats.saturating_sub(taken);
            }
            Self::Add(kind, added) => *bucket.seats_mut(kind) += added,
            Self::List(guest) => {
                bucket.guests.insert(guest);
            }
            Self::Unlist(guest) => {
                bucket.guests.remove(&guest);
            }
            Self::SetTerms(terms) => bucket.terms = terms,
        }
    }
}

impl BucketWrite {
    /// Returns the check that bucket `no` has the revision `rev`.
    #[must_use]
    pub fn check(no: BucketNo, rev: u64) -> Self {
        Self {
            no,
            demands: vec![BucketDemand::Revision(rev)],
            changes: Vec::new(),
        }
    }

    /// Whether every demand holds for `bucket`.
    #[must_use]
    pub fn holds(&self, bucket: &Bucket) -> bool {
        self.demands.iter().all(|demand| demand.holds(bucket))
    }

    /// Changes `bucket`, for which every demand holds.
    pub fn apply(&self, bucket: &mut Bucket) {
        for change in &self.changes {
            change.apply(bucket);
        }
        bucket.rev += u64::from(!self.changes.is_empty());
    }

    /// Returns the guest who gets a seat of the bucket by this write.
    #[must_use]
    pub fn seated(&self) -> Option<GuestId> {
        self.changes.iter().find_map(|change| match change {
            BucketChange::List(guest) => Some(*guest),
            _ => None,
        })
    }

    /// Returns the guest who loses the seat of the bucket by this write.
    #[must_use]
    pub fn unseated(&self) -> Option<GuestId> {
        self.changes.iter().find_map(|change| match change {
            BucketChange::Unlist(guest) => Some(*guest),
            _ => None,
        })
    }
}
