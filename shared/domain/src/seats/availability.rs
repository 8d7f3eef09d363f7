//! Availability: the last known counts of all buckets of an event. The relay keeps them in one small item for every 128
//! buckets.
//!
//! The counts may be behind the buckets. That is safe: they only show where to try, and a bucket's own condition decides.

pub mod shard;

use super::bucket::{Bucket, BucketNo};

/// The last known counts of one bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct BucketCounts {
    /// Seats that anybody may take.
    pub free: u32,
    /// Seats given back, not yet offered again.
    pub held: u32,
    /// Guests.
    pub guests: u32,
    /// The revision of the bucket that had these numbers.
    pub rev: u64,
}

impl From<&Bucket> for BucketCounts {
    fn from(bucket: &Bucket) -> Self {
        // A bucket's item is bounded by 400 KB, so its guests are, too.
        let guests = u32::try_from(bucket.guests.len()).unwrap_or(u32::MAX);
        Self {
            free: bucket.free,
            held: bucket.held,
            guests,
            rev: bucket.rev,
        }
    }
}

/// The last known counts of all buckets of an event, by bucket number, and of its waitlist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Availability {
    buckets: Vec<BucketCounts>,
    /// Users on the waitlist.
    pub waitlisted: u32,
}

impl Availability {
    /// Returns the availability of buckets that nobody has written, with these free seats.
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

    /// Takes in the counts of a bucket; older counts never replace newer ones. Returns whether they were new.
    pub fn learn(&mut self, no: BucketNo, counts: BucketCounts) -> bool {
        let no = usize::from(no);
        if self.buckets.len() <= no {
            self.buckets.resize(no + 1, BucketCounts::default());
        }
        let known = &mut self.buckets[no];
        // A bucket that nobody has written may be laid out again, for another capacity.
        let news =
            counts.rev > known.rev || (counts.rev == 0 && known.rev == 0 && counts != *known);
        if news {
            *known = counts;
        }
        news
    }

    /// Removes all but the first `count` buckets. There are more if a publication ended half-way and the capacity was lowered
    /// before the next one.
    #[must_use]
    pub fn truncated(mut self, count: BucketNo) -> Self {
        self.buckets.truncate(count.into());
        self
    }

    /// Whether any of the buckets was written since it was laid out.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.buckets.iter().any(|counts| counts.rev > 0)
    }

    /// Returns the free seats of a bucket.
    #[must_use]
    pub fn free(&self, no: BucketNo) -> u32 {
        self.counts(no).free
    }

    /// Returns the free seats of all buckets.
    #[must_use]
    pub fn total_free(&self) -> u32 {
        self.buckets.iter().map(|counts| counts.free).sum()
    }

    /// Returns the seats of all buckets that were given back and are not yet offered again.
    #[must_use]
    pub fn total_held(&self) -> u32 {
        self.buckets.iter().map(|counts| counts.held).sum()
    }

    /// Returns the number of guests of all buckets.
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

    /// Returns the last known counts, by bucket number.
    pub fn iter(&self) -> impl Iterator<Item = (BucketNo, BucketCounts)> + '_ {
        (0..).zip(self.buckets.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Stream records may come late, twice and out of order: the newest counts win in every order.
        #[test]
        fn the_order_of_looks_does_not_matter(revs in prop::collection::vec(1u64..50, 1..30)) {
            let mut availability = Availability::untouched([40]);
            for rev in &revs {
                let free = u32::try_from(*rev).unwrap();
                availability.learn(0, BucketCounts { free, held: 0, guests: 0, rev: *rev });
            }
            prop_assert_eq!(u64::from(availability.free(0)), *revs.iter().max().unwrap());
        }
    }
}
