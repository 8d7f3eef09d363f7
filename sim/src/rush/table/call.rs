//! Calls to the table, and its replies.

use domain::{
    id::GuestId,
    seats::{availability::BucketCounts, bucket::BucketNo},
};

use crate::rush::{
    agenda::Time,
    item::{Item, Key, Write},
};

/// A call to the table.
#[derive(Debug)]
pub(crate) enum Call {
    /// A write of one item.
    Write(Key, Write),
    /// Writes of several items, all or none. A transaction with the token of a committed one does nothing more.
    Transact(u64, Vec<(Key, Write)>),
    /// Consistent reads of items.
    Read(Vec<Key>),
}

/// A reply of the table.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The write is done; for a bucket, with the item's revision.
    Written(u64),
    /// Conditions failed: the current items, in the order of the writes, for those that failed.
    Refused(Vec<Option<Item>>),
    /// A transaction holds an item; nothing was written.
    Conflict,
    /// A partition's limit refused the call; nothing was done.
    Throttled,
    /// The items.
    Items(Vec<Option<Item>>),
}

/// The result of a call that has reached the table.
#[derive(Debug)]
pub(crate) enum Receipt {
    /// An answer now.
    Now(Reply),
    /// A transaction that holds its items until it is committed, under this number.
    Prepared(u64),
}

/// A write of a bucket, as a record of the stream.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// The time of the write.
    pub(crate) at: Time,
    /// The bucket.
    pub(crate) no: BucketNo,
    /// The counts of the bucket after the write.
    pub(crate) counts: BucketCounts,
    /// The guest who was added.
    pub(crate) guest: Option<GuestId>,
}

/// The counts of a run.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    /// Calls that a partition's limit refused.
    pub(crate) throttled: u32,
    /// Writes and transactions that met a transaction.
    pub(crate) conflicts: u32,
    /// Writes and transactions whose conditions failed.
    pub(crate) refused: u32,
}
