//! Conditional writes to one bucket.

use crate::{
    id::GuestId,
    seats::bucket::{Bucket, BucketNo, SeatKind, Terms},
};

/// A condition on an existing bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BucketDemand {
    /// The bucket accepts guests at the time `now`.
    Admits {
        /// The time for which the bucket's terms are checked, in milliseconds since 1970.
        now: i64,
    },
    /// The bucket has at least this number of seats of this kind.
    AtLeast(SeatKind, u32),
    /// The guest has a seat in the bucket.
    Listed(GuestId),
    /// The guest has no seat in the bucket.
    NotListed(GuestId),
    /// The bucket has this revision. So nobody has written the bucket since it was read, and its guests, seats and terms are
    /// still those that were read.
    Revision(u64),
    /// The bucket's terms are derived from an earlier version of the event than this version.
    TermsBelow(u64),
}

/// A change to a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BucketChange {
    /// Removes this number of seats of this kind from the bucket.
    Take(SeatKind, u32),
    /// Adds this number of seats of this kind to the bucket.
    Add(SeatKind, u32),
    /// Adds the guest to the bucket's guests.
    List(GuestId),
    /// Removes the guest from the bucket's guests.
    Unlist(GuestId),
    /// Replaces the bucket's terms with these terms.
    SetTerms(Terms),
}

/// A conditional write to one bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BucketWrite {
    /// The number of the bucket, which must exist.
    pub no: BucketNo,
    /// The conditions on the bucket. The write is made only if all of them are met.
    pub demands: Vec<BucketDemand>,
    /// The changes to the bucket. Each of them changes a different field. If there is at least one change, the write also
    /// increases the revision by one. Without a change, the write only checks conditions, so that the other writes of its
    /// transaction are made only if these conditions are met.
    pub changes: Vec<BucketChange>,
}

impl BucketDemand {
    /// Whether `bucket` meets this condition.
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
    /// Makes this change to `bucket`. If the change removes seats, the bucket has enough seats, because the conditions of the
    /// write require that.
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
    /// Returns a write that only checks whether the bucket `no` has the revision `rev`.
    #[must_use]
    pub fn check(no: BucketNo, rev: u64) -> Self {
        Self {
            no,
            demands: vec![BucketDemand::Revision(rev)],
            changes: Vec::new(),
        }
    }

    /// Whether `bucket` meets all conditions of this write.
    #[must_use]
    pub fn holds(&self, bucket: &Bucket) -> bool {
        self.demands.iter().all(|demand| demand.holds(bucket))
    }

    /// Makes the changes of this write to `bucket`. The caller has checked that `bucket` meets all conditions of the write.
    pub fn apply(&self, bucket: &mut Bucket) {
        for change in &self.changes {
            change.apply(bucket);
        }
        bucket.rev += u64::from(!self.changes.is_empty());
    }

    /// Returns the guest to whom this write gives a seat in the bucket.
    #[must_use]
    pub fn seated(&self) -> Option<GuestId> {
        self.changes.iter().find_map(|change| match change {
            BucketChange::List(guest) => Some(*guest),
            _ => None,
        })
    }

    /// Returns the guest from whom this write takes the seat in the bucket.
    #[must_use]
    pub fn unseated(&self) -> Option<GuestId> {
        self.changes.iter().find_map(|change| match change {
            BucketChange::Unlist(guest) => Some(*guest),
            _ => None,
        })
    }
}
