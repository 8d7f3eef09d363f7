//! Raises and lowers the capacity of a published event: computes how many seats each bucket gets or loses.

use super::{
    availability::Availability,
    bucket::{BucketNo, MAX_GUESTS_PER_BUCKET},
};

/// The maximum number of buckets that one transaction can change. `DynamoDB` limits a transaction to 100 items, and two of them
/// are the event and the entry of the audit log.
pub const MAX_BUCKETS: usize = 98;

/// The seats that a transaction removes from one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// The number of the bucket.
    pub no: BucketNo,
    /// The number of free seats to remove.
    pub free: u32,
    /// The number of held seats to remove.
    pub held: u32,
}

/// The error that the capacity cannot be lowered as far as requested, because too many seats have a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{registered} are registered")]
pub struct BelowRegistered {
    /// The number of guests in all buckets of the event.
    pub registered: u32,
}

/// Returns the highest capacity that an event with `count` buckets can have. The number of buckets never changes after
/// publication.
#[must_use]
pub fn most_seats(count: BucketNo) -> u32 {
    u32::from(count) * MAX_GUESTS_PER_BUCKET
}

/// Distributes `seats` additional seats over at most [`MAX_BUCKETS`] of the `count` buckets, beginning with the bucket `first`.
#[must_use]
pub fn raise(count: BucketNo, seats: u32, first: BucketNo) -> Vec<(BucketNo, u32)> {
    let buckets = usize::from(count)
        .min(MAX_BUCKETS)
        .min(seats as usize)
        .max(1);
    let among = u32::try_from(buckets).unwrap_or(1);
    (0..among)
        .zip((0..count.max(1)).cycle().skip(usize::from(first)))
        .map(|(at, no)| (no, seats / among + u32::from(at < seats % among)))
        .collect()
}

/// Plans the removal of `seats` seats. The plan takes the seats from the buckets with the most free seats, and takes free seats
/// before held seats. It changes at most [`MAX_BUCKETS`] buckets, so it may remove fewer seats than requested. In that case,
/// the caller calls this function once more to remove the remaining seats.
///
/// # Errors
/// All buckets together have fewer seats without a guest than `seats`.
pub fn lower(known: &Availability, seats: u32) -> Result<Vec<Withdrawal>, BelowRegistered> {
    if known.total_free() + known.total_held() < seats {
        return Err(BelowRegistered {
            registered: known.total_guests(),
        });
    }
    let mut buckets: Vec<_> = known
        .iter()
        .filter(|(_, counts)| counts.free + counts.held > 0)
        .collect();
    buckets.sort_by_key(|(_, counts)| std::cmp::Reverse((counts.free, counts.held)));
    let mut left = seats;
    let mut withdrawals: Vec<_> = buckets
        .into_iter()
        .take(MAX_BUCKETS)
        .map(|(no, counts)| {
            let free = counts.free.min(left);
            left -= free;
            (Withdrawal { no, free, held: 0 }, counts.held)
        })
        .collect();
    for (withdrawal, held) in &mut withdrawals {
        withdrawal.held = left.min(*held);
        left -= withdrawal.held;
    }
    Ok(withdrawals
        .into_iter()
        .map(|(withdrawal, _)| withdrawal)
        .filter(|w| w.free + w.held > 0)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seats::availability::BucketCounts;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_raise_spreads_every_seat(count in 1u16..2_500, seats in 1u32..100_000, first in 0u16..2_500) {
            let plan = raise(count, seats, first % count);
            prop_assert_eq!(plan.iter().map(|(_, seats)| seats).sum::<u32>(), seats);
            prop_assert!(plan.len() <= MAX_BUCKETS && plan.iter().all(|(no, seats)| *no < count && *seats > 0));
            let mut numbers: Vec<_> = plan.iter().map(|(no, _)| no).collect();
            numbers.sort();
            numbers.dedup();
            prop_assert_eq!(numbers.len(), plan.len(), "a transaction names no item twice");
        }

        #[test]
        fn a_withdrawal_takes_only_what_is_there(
            buckets in prop::collection::vec((0u32..5, 0u32..3, 0u32..5), 1..150),
            seats in 1u32..400,
        ) {
            let mut known = Availability::default();
            for (no, (free, held, guests)) in (0..).zip(&buckets) {
                known.update(no, BucketCounts { free: *free, held: *held, guests: *guests, rev: 1 });
            }
            match lower(&known, seats) {
                Err(below) => {
                    prop_assert!(known.total_free() + known.total_held() < seats);
                    prop_assert_eq!(below.registered, known.total_guests());
                }
                Ok(plan) => {
                    let taken: u32 = plan.iter().map(|w| w.free + w.held).sum();
                    prop_assert!(taken == seats || (plan.len() == MAX_BUCKETS && taken < seats));
                    prop_assert!(taken > 0);
                    for w in plan {
                        let (free, held, _) = buckets[usize::from(w.no)];
                        prop_assert!(w.free <= free && w.held <= held);
                    }
                }
            }
        }
    }
}
