//! Calls to the modelled table, and the table's replies.

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
    /// Writes one item.
    Write(Key, Write),
    /// Writes several items, all or none. If a transaction with this token was already committed, the call writes nothing.
    Transact(u64, Vec<(Key, Write)>),
    /// Reads items with strongly consistent reads.
    Read(Vec<Key>),
}

/// A reply of the table to a call.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The write succeeded. For a write of one bucket, the reply contains the bucket's new revision.
    Written(u64),
    /// At least one condition failed. For each write, in order, contains the current item if the condition of that write
    /// failed.
    Refused(Vec<Option<Item>>),
    /// A transaction holds one of the items, so nothing was written.
    Conflict,
    /// A partition's limit refused the call, so nothing was read or written.
    Throttled,
    /// The items that were read, in the order of their keys in the call.
    Items(Vec<Option<Item>>),
}

/// The result of a call that has reached the table.
#[derive(Debug)]
pub(crate) enum Receipt {
    /// The table replies immediately.
    Now(Reply),
    /// The transaction holds its items until the table commits it. The number is the transaction's token.
    Prepared(u64),
}

/// A record of the stream, which describes a write of a bucket.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// The time of the write.
    pub(crate) at: Time,
    /// The number of the bucket.
    pub(crate) no: BucketNo,
    /// The counts of the bucket after the write.
    pub(crate) counts: BucketCounts,
    /// The guest that the write added to the bucket, if any.
    pub(crate) guest: Option<GuestId>,
}

/// The numbers of calls that failed in a run, by the reason of the failure.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    /// The number of calls that a partition's limit refused.
    pub(crate) throttled: u32,
    /// The number of writes and transactions that failed because a transaction held one of their items.
    pub(crate) conflicts: u32,
    /// The number of writes and transactions whose conditions failed.
    pub(crate) refused: u32,
}
