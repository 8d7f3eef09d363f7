//! Records of the table's stream. Records of one item come in their order, records of different items in any order.

use domain::seats::{
    availability::BucketCounts,
    bucket::{BucketNo, Terms},
};

use super::{
    instance::Shards,
    setting::{Setting, User},
};

/// A user got or lost a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SeatChange {
    pub(crate) user: User,
    pub(crate) seated: bool,
}

/// One record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Record {
    /// A bucket was written; its counts, and the user who got or lost a seat.
    Bucket {
        no: BucketNo,
        counts: BucketCounts,
        change: Option<SeatChange>,
    },
    /// A place on the waitlist was made or deleted.
    Place,
    /// The event's terms changed.
    Event(Terms),
    /// An account was erased.
    Account(User),
    /// A registration was written that names a new place.
    Joined(User),
}

impl Setting {
    /// Returns the number of shards of the stream.
    pub(crate) fn shards(&self) -> usize {
        match self.instance.shards {
            Shards::PerItem if self.instance.erases() => self.instance.seats.len() + 3,
            Shards::PerItem => self.instance.seats.len() + 1,
            Shards::Single => 1,
        }
    }

    /// Returns the shard of a record.
    pub(crate) fn shard(&self, record: &Record) -> usize {
        match (self.instance.shards, record) {
            (Shards::Single, _) => 0,
            (Shards::PerItem, Record::Bucket { no, .. }) => usize::from(*no),
            (Shards::PerItem, Record::Place | Record::Event(_)) => self.instance.seats.len(),
            (Shards::PerItem, Record::Account(_)) => self.instance.seats.len() + 1,
            (Shards::PerItem, Record::Joined(_)) => self.instance.seats.len() + 2,
        }
    }
}
