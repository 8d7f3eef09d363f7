//! What goes to the table and what comes from it.

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
    /// Writes of several, all or none. A transaction with the token of one that was committed does nothing more.
    Transact(u64, Vec<(Key, Write)>),
    /// Consistent reads of items.
    Read(Vec<Key>),
}

/// What the table says.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Written; the revision of the item, for a bucket.
    Written(u64),
    /// Conditions failed: the items as they stand, in the order of the writes, where one failed.
    Refused(Vec<Option<Item>>),
    /// A transaction holds an item; nothing was written.
    Conflict,
    /// A partition's limit; nothing was done.
    Throttled,
    /// The items.
    Items(Vec<Option<Item>>),
}

/// What becomes of a call that has reached the table.
#[derive(Debug)]
pub(crate) enum Receipt {
    /// An answer now.
    Now(Reply),
    /// A transaction that holds its items until it is committed, under this number.
    Prepared(u64),
}

/// A write of a bucket, as the stream tells it.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// When it was written.
    pub(crate) at: Time,
    /// Which bucket.
    pub(crate) no: BucketNo,
    /// What it looked like then.
    pub(crate) counts: BucketCounts,
    /// Who was added.
    pub(crate) guest: Option<GuestId>,
}

/// What has been counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    /// Calls that a partition's limit turned away.
    pub(crate) throttled: u32,
    /// Writes and transactions that met a transaction.
    pub(crate) conflicts: u32,
    /// Writes and transactions whose conditions failed.
    pub(crate) refused: u32,
}
