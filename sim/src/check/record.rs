//! Records of the table's stream. Records of one shard are processed in order, and records of different shards in any order.

use domain::seats::{
    availability::BucketCounts,
    bucket::{BucketNo, Terms},
};

use super::{
    instance::Shards,
    setting::{Setting, User},
};

/// A change of the guest list: a user got or lost a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SeatChange {
    pub(crate) user: User,
    pub(crate) seated: bool,
}

/// One record of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Record {
    /// A bucket was written. The record contains the bucket's counts, and the user who got or lost a seat, if there is one.
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
    /// A user joined the waitlist: the user's registration was written and names a new place.
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

    /// Returns the number of the shard that gets a record.
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
