//! Items of the modelled table, and the conditional writes of these items.
//!
//! The conditions and effects of a bucket's write are a value of `domain::seats::writes`, as in the product's store. The other
//! writes are those of the textbook designs and of registrations. A registration either exists or does not exist; it has no
//! content.

use domain::{
    id::GuestId,
    seats::{
        availability::{Availability, shard::shard_of},
        bucket::{Bucket, BucketNo},
        writes::BucketWrite,
    },
};

/// The key of an item in the modelled table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The item with the event's facts, such as its times.
    Event,
    /// The event's availability. It has the same partition key as the event.
    Availability,
    /// A bucket of the guest list.
    Bucket(BucketNo),
    /// A counter of free seats.
    Counter(u32),
    /// A person's registration. Its partition key identifies the person.
    Registration(u32),
}

/// An item of the modelled table.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// The event's facts.
    Event,
    /// The free seats of all buckets, with a revision. The model has only one such item. The product has several such items,
    /// each with its own revision, so two writes that conflict here may not conflict in the product.
    Availability(Availability, u64, Stored),
    /// A bucket of the guest list.
    Bucket(Bucket),
    /// A counter, with the number of its free seats.
    Counter(i64),
    /// A person's registration.
    Registration,
}

/// The form in which an availability is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    /// The availability is in several items, one for each shard, as `domain` writes them.
    Sharded,
    /// The availability is in one item with 16 bytes for each bucket, as in an earlier version of the product.
    Whole,
}

/// The size in bytes of the parts that every item has: names of attributes, numbers, keys, request id. An item's guests or
/// counts are added to it. With this size, a write of a bucket takes a second unit if the bucket has 56 guests or more, as in
/// `domain`.
const FIXED_BYTES: usize = 144;

impl Item {
    /// Returns the approximate size in bytes of each stored item.
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

    /// Returns how many write units a write of this item costs: one for each KB or part of a KB. An availability is written
    /// with all its shards, as the relay does for a batch during a rush.
    pub(crate) fn write_units(&self) -> u32 {
        self.sizes().iter().map(|size| units(*size, 1_024)).sum()
    }

    /// Returns how many read units a strongly consistent read of this item costs: one for each 4 KB or part of 4 KB. An
    /// availability is read by a query of all its shards.
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
    /// Writes a bucket.
    Bucket(BucketWrite),
    /// Takes a seat from a counter if a seat is left.
    CountDown,
    /// Takes a seat from a counter even if no seat is left. A negative control makes this mistake.
    CountDownBlindly,
    /// Gives a seat back to a counter.
    CountUp,
    /// Writes a registration if it does not exist yet.
    Register,
    /// Writes a registration, whether it exists already or not.
    Record,
    /// Replaces the availability if its stored revision is the given revision.
    PutAvailability(Availability, u64),
}

impl Write {
    /// Whether the existing item meets the condition of this write.
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

    /// Applies this write to an item. The caller has checked that the item meets the condition.
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

    /// Returns the guest that this write adds to a bucket; `None` if it adds no guest.
    pub(crate) fn new_guest(&self) -> Option<GuestId> {
        match self {
            Self::Bucket(write) => write.seated(),
            _ => None,
        }
    }
}
