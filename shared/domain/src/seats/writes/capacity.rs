//! The writes to buckets that change the capacity of an event. One transaction contains these writes and the write to the
//! event.

use super::{BucketChange, BucketDemand, BucketWrite};
use crate::seats::{
    bucket::{BucketNo, SeatKind},
    capacity_change::Withdrawal,
};

impl BucketWrite {
    /// Returns the write that adds `seats` seats to the bucket. The new seats are held for the waitlist.
    #[must_use]
    pub fn raise(no: BucketNo, seats: u32) -> Self {
        Self {
            no,
            demands: Vec::new(),
            changes: vec![BucketChange::Add(SeatKind::Held, seats)],
        }
    }

    /// Returns the write that removes the seats of `withdrawal` from its bucket.
    #[must_use]
    pub fn lower(withdrawal: &Withdrawal) -> Self {
        let seats = [
            (SeatKind::Free, withdrawal.free),
            (SeatKind::Held, withdrawal.held),
        ];
        Self {
            no: withdrawal.no,
            demands: seats.map(|(kind, n)| BucketDemand::AtLeast(kind, n)).into(),
            changes: seats.map(|(kind, n)| BucketChange::Take(kind, n)).into(),
        }
    }
}
