//! Items of the modelled table, and the conditional writes of them.
//!
//! The demands and effects of a bucket's write are the value of `domain::seats::writes` that the store renders. The other
//! writes are those of textbook designs and of a registration, which only exists or does not.

use domain::{
    id::GuestId,
    seats::{
        availability::{Availability, shard::shard_of},
        bucket::{Bucket, BucketNo},
        writes::BucketWrite,
    },
};

/// The key of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The event's facts.
    Event,
    /// The event's availability; under the partition key of the event.
    Availability,
    /// A bucket of the guest list.
    Bucket(BucketNo),
    /// A counter of free seats.
    Counter(u32),
    /// A person's registration; under the partition key of the person.
    Registration(u32),
}

/// An item.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// The event's facts.
    Event,
    /// Free seats of all buckets, with a revision. The model has one item, though the product stores several, each with its
    /// own revision: a conflict here may be none there.
    Availability(Availability, u64, Stored),
    /// A bucket.
    Bucket(Bucket),
    /// Free seats.
    Counter(i64),
    /// A registration.
    Registration,
}

/// The form in which an availability is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    /// In shards, as `domain` writes them.
    Sharded,
    /// In one item with 16 bytes for each bucket, as it once was.
    Whole,
}

/// Bytes of an item without its growing part: names of attributes, numbers, keys, request id. So a bucket's write takes a
/// second unit from 56 guests on, as in `domain`.
const FIXED_BYTES: usize = 144;

impl Item {
    /// Returns the approximate sizes in bytes of the stored items.
    fn sizes(&self) -> Vec<usize> {
        let growing = match self {
            Self::Bucket(bucket) => vec![bucket.guests.len() * GuestId::LEN],
            Self::Availability(known, _, Stored::Sharded) => {
                let last = known.iter().last().map_or(0, |(no, _)| shard_of(no));
                let shards = 0..=last;
                shards.map(|shard| known.shard_bytes(shard).len()).collect()
            }
            Self::Availability(known, _, Stored::Whole) => vec![known.iter().count() * 16],
            Self::Event | Self::Counter(_) | Self::Registration => vec![0],
        };
        growing.into_iter().map(|size| size + FIXED_BYTES).collect()
    }

    /// Returns the units of a write: one for each KB begun. An availability is written with all its shards, as a batch of a
    /// rush does.
    pub(crate) fn write_units(&self) -> u32 {
        self.sizes().iter().map(|size| units(*size, 1_024)).sum()
    }

    /// Returns the units of a consistent read, a query of all shards: one for each 4 KB begun.
    pub(crate) fn read_units(&self) -> u32 {
        units(self.sizes().iter().sum(), 4_096)
    }
}

fn units(bytes: usize, per: usize) -> u32 {
    u32::try_from(bytes.div_ceil(per))
        .unwrap_or(u32::MAX)
        .max(1)
}

/// A conditional write of one item.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    /// A write of a bucket.
    Bucket(BucketWrite),
    /// Takes a seat of a counter, if one is left.
    CountDown,
    /// Takes a seat of a counter, whatever is left: the mistake that a negative control makes.
    CountDownBlindly,
    /// Gives a seat back to a counter.
    CountUp,
    /// Writes a registration if there is none.
    Register,
    /// Writes a registration, whether there is one or not.
    Record,
    /// Replaces the availability that has this revision.
    PutAvailability(Availability, u64),
}

impl Write {
    /// Whether the condition holds for the existing item.
    pub(crate) fn holds(&self, item: Option<&Item>) -> bool {
        match (self, item) {
            (Self::Bucket(write), Some(Item::Bucket(bucket))) => write.holds(bucket),
            (Self::CountDown, Some(Item::Counter(left))) => *left > 0,
            (Self::CountDownBlindly | Self::CountUp, Some(Item::Counter(_)))
            | (Self::Register, None)
            | (Self::Record, _) => true,
            (Self::PutAvailability(_, over), Some(Item::Availability(_, rev, _))) => over == rev,
            _ => false,
        }
    }

    /// Performs this write, whose condition holds.
    pub(crate) fn perform(&self, item: &mut Option<Item>) {
        match (self, &mut *item) {
            (Self::Bucket(write), Some(Item::Bucket(bucket))) => write.apply(bucket),
            (Self::CountDown | Self::CountDownBlindly, Some(Item::Counter(left))) => *left -= 1,
            (Self::CountUp, Some(Item::Counter(left))) => *left += 1,
            (Self::Register | Self::Record, _) => *item = Some(Item::Registration),
            (Self::PutAvailability(counts, over), Some(Item::Availability(_, _, stored))) => {
                *item = Some(Item::Availability(counts.clone(), over + 1, *stored));
            }
            _ => {}
        }
    }

    /// Returns the guest whom this write adds to a bucket.
    pub(crate) fn new_guest(&self) -> Option<GuestId> {
        match self {
            Self::Bucket(write) => write.seated(),
            _ => None,
        }
    }
}
