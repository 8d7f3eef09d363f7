//! The stored form of an availability. It is split into shards, so that the cost of storing the counts of a batch of stream
//! records does not grow with the size of the event.
//!
//! A shard contains, for each bucket in order, the numbers `free`, `held`, `guests` and `rev`. Each number is in LEB128: seven
//! bits in each byte, the lowest bits first. A bucket takes four bytes, and five bytes from its 128th write on. So a shard
//! stays under 1 KB, which is one write unit. The exception is an event whose capacity was raised until most of its buckets
//! have 128 seats or more.

use super::{super::bucket::BucketNo, Availability, BucketCounts};

/// The number of a shard, from 0.
pub type ShardNo = u16;

/// The number of buckets in a shard.
pub const BUCKETS_PER_SHARD: BucketNo = 128;

/// Returns the number of shards of an event with `count` buckets. The largest event has 16 shards.
#[must_use]
pub fn shard_count(count: BucketNo) -> ShardNo {
    count.div_ceil(BUCKETS_PER_SHARD)
}

/// Returns the number of the shard that contains the counts of this bucket.
#[must_use]
pub fn shard_of(bucket: BucketNo) -> ShardNo {
    bucket / BUCKETS_PER_SHARD
}

impl Availability {
    /// Returns the stored form of a shard. If no counts of the shard's buckets are known, the stored form has no bytes.
    #[must_use]
    pub fn shard_bytes(&self, shard: ShardNo) -> Vec<u8> {
        let first = first_bucket(shard);
        let buckets = self.buckets.iter().skip(first);
        let mut bytes = Vec::new();
        for counts in buckets.take(BUCKETS_PER_SHARD.into()) {
            for number in [counts.free, counts.held, counts.guests] {
                write(&mut bytes, number.into());
            }
            write(&mut bytes, counts.rev);
        }
        bytes
    }

    /// Reads the stored form of a shard and replaces the known counts of the shard's buckets. If the bytes are not a stored
    /// form, returns `None` and changes nothing.
    #[must_use]
    pub fn read_shard(&mut self, shard: ShardNo, mut bytes: &[u8]) -> Option<()> {
        let mut read_counts = Vec::new();
        while !bytes.is_empty() {
            let [free, held, guests] = [read(&mut bytes)?, read(&mut bytes)?, read(&mut bytes)?];
            read_counts.push(BucketCounts {
                free: free.try_into().ok()?,
                held: held.try_into().ok()?,
                guests: guests.try_into().ok()?,
                rev: read(&mut bytes)?,
            });
        }
        if read_counts.len() > BUCKETS_PER_SHARD.into() {
            return None;
        }
        let first = first_bucket(shard);
        let end = first + read_counts.len();
        if !read_counts.is_empty() && self.buckets.len() < end {
            self.buckets.resize(end, BucketCounts::default());
        }
        if let Some(known) = self.buckets.get_mut(first..end) {
            known.copy_from_slice(&read_counts);
        }
        Some(())
    }
}

fn first_bucket(shard: ShardNo) -> usize {
    usize::from(shard) * usize::from(BUCKETS_PER_SHARD)
}

fn write(bytes: &mut Vec<u8>, mut number: u64) {
    loop {
        // `low` is the lowest byte of the remaining number. Each byte that is written contains only the lowest seven bits of
        // `low`.
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            bytes.push(low & 0x7f);
            return;
        }
        bytes.push(low | 0x80);
    }
}

/// Removes a LEB128 number from the front of `bytes` and returns it. Returns `None` if the number is incomplete or has more
/// than 64 bits.
fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = u64::from(byte & 0x7f);
        if low > u64::MAX >> place {
            return None;
        }
        number |= low << place;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seats::bucket::{bucket_count, layout};
    use proptest::prelude::*;

    fn counts() -> impl Strategy<Value = BucketCounts> {
        let small = (0u32..60, 0u32..60, 0u32..60, 1u64..1_000);
        let any = (any::<u32>(), any::<u32>(), any::<u32>(), any::<u64>());
        prop_oneof![9 => small, 1 => any].prop_map(|(free, held, guests, rev)| BucketCounts {
            free,
            held,
            guests,
            rev,
        })
    }

    fn stored_and_read(
        known: &Availability,
        shards: impl IntoIterator<Item = ShardNo>,
    ) -> Availability {
        let mut read = Availability::default();
        for shard in shards {
            read.read_shard(shard, &known.shard_bytes(shard)).unwrap();
        }
        read
    }

    proptest! {
        #[test]
        fn it_is_stored_and_read_back(looks in prop::collection::vec((0u16..400, counts()), 0..40), reversed: bool) {
            let mut known = Availability::default();
            for (no, counts) in looks {
                known.update(no, counts);
            }
            let read = if reversed {
                stored_and_read(&known, (0..4).rev())
            } else {
                stored_and_read(&known, 0..4)
            };
            prop_assert_eq!(read, known);
        }

        #[test]
        fn what_is_read_replaces_what_was_known_of_the_shard_alone(no in 0u16..300, old in counts(), new in counts()) {
            let mut known = Availability::untouched([7; 300]);
            known.update(no, old);
            let mut stored = Availability::untouched([9; 300]);
            stored.update(no, new);
            known.read_shard(shard_of(no), &stored.shard_bytes(shard_of(no))).unwrap();
            for (other, counts) in known.iter() {
                let from = if shard_of(other) == shard_of(no) { stored.counts(other) } else { Availability::untouched([7]).counts(0) };
                prop_assert_eq!(counts, from, "{}", other);
            }
        }

        #[test]
        fn other_bytes_are_refused_or_read_and_refused_ones_change_nothing(bytes in prop::collection::vec(any::<u8>(), 0..1_024)) {
            let known = Availability::untouched([40; 130]);
            let mut read = known.clone();
            if read.read_shard(1, &bytes).is_none() {
                prop_assert_eq!(read, known);
            }
        }
    }

    #[test]
    fn every_bucket_is_in_one_shard() {
        for buckets in [1, 127, 128, 129, 256, 2_000] {
            let shards: std::collections::BTreeSet<_> = (0..buckets).map(shard_of).collect();
            let expected: std::collections::BTreeSet<_> = (0..shard_count(buckets)).collect();
            assert_eq!(shards, expected, "{buckets}");
        }
        assert_eq!(shard_count(bucket_count(100_000)), 16);
    }

    /// `DynamoDB` rounds the size of an item up to whole KB. So a second KB would cost a second write unit for each batch of
    /// stream records of each event.
    #[test]
    fn a_shard_of_which_every_bucket_was_written_ten_thousand_times_takes_less_than_a_kilobyte() {
        let mut known = Availability::untouched(layout(100_000).map(|(_, free)| free));
        let full = |rev| BucketCounts {
            free: 99,
            held: 99,
            guests: 99,
            rev,
        };
        for no in 0..bucket_count(100_000) {
            known.update(no, full(10_000));
        }
        let longest = (0..16).map(|shard| known.shard_bytes(shard).len()).max();
        assert_eq!(longest, Some(128 * 5));
    }

    #[test]
    fn the_stored_form_is_this_one() {
        let mut known = Availability::untouched([40, 39]);
        known.update(
            1,
            BucketCounts {
                free: 0,
                held: 3,
                guests: 200,
                rev: 16_384,
            },
        );
        let bytes = [40, 0, 0, 0, 0, 3, 0xc8, 0x01, 0x80, 0x80, 0x01];
        assert_eq!(known.shard_bytes(0), bytes);
        assert!(known.shard_bytes(1).is_empty());
    }

    #[test]
    fn numbers_that_are_cut_off_or_too_large_are_refused() {
        let read = |bytes: &[u8]| Availability::default().read_shard(0, bytes);
        assert_eq!(read(&[1, 2, 3, 4]), Some(()));
        assert_eq!(read(&[1, 2, 3]), None, "a number is missing");
        assert_eq!(read(&[1, 2, 3, 0x80]), None, "cut off");
        let largest = [0xff; 9];
        assert_eq!(read(&[&[1, 2, 3][..], &largest, &[1]].concat()), Some(()));
        assert_eq!(read(&[&[1, 2, 3][..], &largest, &[2]].concat()), None);
        assert_eq!(
            read(&[0xff, 0xff, 0xff, 0xff, 0x1f, 0, 0, 0]),
            None,
            "33 bits"
        );
        assert_eq!(read(&[0; 4 * 129]), None, "129 buckets");
    }
}
