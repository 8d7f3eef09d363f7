//! Availability: the last known counts of all buckets of an event. The relay stores these counts in one small item for every
//! 128 buckets.
//!
//! The counts may be older than the buckets. That is safe, because the counts only suggest which bucket to try. The condition
//! of the write to the bucket decides who gets a seat.

pub mod shard;

use super::bucket::{Bucket, BucketNo};

/// The last known counts of one bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct BucketCounts {
    /// The number of free seats, which anybody may take.
    pub free: u32,
    /// The number of held seats, which no claim can take. The relay gives them to the waitlist or makes them free.
    pub held: u32,
    /// The number of guests.
    pub guests: u32,
    /// The revision of the bucket when it had these counts.
    pub rev: u64,
}

impl From<&Bucket> for BucketCounts {
    fn from(bucket: &Bucket) -> Self {
        // A bucket's item has at most 400 KB, and each guest takes 16 bytes of it. So the number of guests fits into 32 bits.
        let guests = u32::try_from(bucket.guests.len()).unwrap_or(u32::MAX);
        Self {
            free: bucket.free,
            held: bucket.held,
            guests,
            rev: bucket.rev,
        }
    }
}

/// The last known counts of an event: the counts of each bucket, by bucket number, and the length of the waitlist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Availability {
    buckets: Vec<BucketCounts>,
    /// The number of users on the waitlist.
    pub waitlisted: u32,
}

impl Availability {
    /// Returns the availability of an event just after publication, when nobody has written its buckets yet. `free` contains
    /// how many free seats each bucket has.
    pub fn untouched(free: impl IntoIterator<Item = u32>) -> Self {
        let buckets = free
            .into_iter()
            .map(|free| BucketCounts {
                free,
                ..BucketCounts::default()
            })
            .collect();
        Self {
            buckets,
            waitlisted: 0,
        }
    }

    /// Replaces the known counts of a bucket if `counts` are newer. Returns whether the known counts changed.
    pub fn update(&mut self, no: BucketNo, counts: BucketCounts) -> bool {
        let no = usize::from(no);
        if self.buckets.len() <= no {
            self.buckets.resize(no + 1, BucketCounts::default());
        }
        let known = &mut self.buckets[no];
        // As long as nobody has written a bucket (revision 0), a change of the event's capacity may replace the bucket's
        // counts.
        let news =
            counts.rev > known.rev || (counts.rev == 0 && known.rev == 0 && counts != *known);
        if news {
            *known = counts;
        }
        news
    }

    /// Keeps only the counts of the first `count` buckets, because the event has no more buckets. The availability may contain
    /// more if a first attempt to publish the event failed half-way, and the capacity was lowered before the next attempt.
    #[must_use]
    pub fn truncated(mut self, count: BucketNo) -> Self {
        self.buckets.truncate(count.into());
        self
    }

    /// Whether any of the buckets was written since publication.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.buckets.iter().any(|counts| counts.rev > 0)
    }

    /// Returns the last known number of free seats in a bucket.
    #[must_use]
    pub fn free(&self, no: BucketNo) -> u32 {
        self.counts(no).free
    }

    /// Returns the last known number of free seats in all buckets together.
    #[must_use]
    pub fn total_free(&self) -> u32 {
        self.buckets.iter().map(|counts| counts.free).sum()
    }

    /// Returns the last known number of held seats in all buckets together. No claim can take a held seat.
    #[must_use]
    pub fn total_held(&self) -> u32 {
        self.buckets.iter().map(|counts| counts.held).sum()
    }

    /// Returns the last known number of guests in all buckets together.
    #[must_use]
    pub fn total_guests(&self) -> u32 {
        self.buckets.iter().map(|counts| counts.guests).sum()
    }

    /// Returns the last known counts of a bucket.
    #[must_use]
    pub fn counts(&self, no: BucketNo) -> BucketCounts {
        self.buckets
            .get(usize::from(no))
            .copied()
            .unwrap_or_default()
    }

    /// Returns the last known counts of each bucket, in the order of the bucket numbers.
    pub fn iter(&self) -> impl Iterator<Item = (BucketNo, BucketCounts)> + '_ {
        (0..).zip(self.buckets.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Stream records may arrive late, twice and out of order. Whatever the order, the availability keeps the newest counts
        /// of each bucket.
        #[test]
        fn the_order_of_looks_does_not_matter(revs in prop::collection::vec(1u64..50, 1..30)) {
            let mut availability = Availability::untouched([40]);
            for rev in &revs {
                let free = u32::try_from(*rev).unwrap();
                availability.update(0, BucketCounts { free, held: 0, guests: 0, rev: *rev });
            }
            prop_assert_eq!(u64::from(availability.free(0)), *revs.iter().max().unwrap());
        }
    }
}
