//! Errors of the table.

use crate::value::Item;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A call of the table failed.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The table is throttled, slow or unavailable: the same call may succeed later.
    #[error("the table is throttled or away")]
    Unavailable(#[source] Source),
    /// The call was refused for its content: a mistake of ours, or of the deployment.
    #[error("the table refused the call")]
    Refused(#[source] Source),
}

/// A write of one item was not made, or it is not known whether it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The condition failed, on this item. `None`: there was no item, or the write did not request it.
    #[error("the condition failed")]
    Condition(Option<Item>),
    /// A transaction held the item at this moment.
    #[error("a transaction held the item")]
    Conflict(#[source] Source),
    /// Another error of the table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// A transaction was not made, or it is not known whether it was.
#[derive(Debug, thiserror::Error)]
pub enum TransactionError {
    /// The transaction was cancelled. There is a reason for each write, in the order of the writes. If there are no reasons,
    /// the transaction conflicted with another one.
    #[error("the transaction was cancelled")]
    Cancelled(Vec<Reason>),
    /// Another error of the table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The reason that one write of a cancelled transaction gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The write did not cancel the transaction.
    None,
    /// The condition of the write failed on this item. `None`: there was no item, or the write did not request it.
    Condition(Option<Item>),
    /// Another transaction held the item.
    Conflict,
    /// The table was throttled.
    Throttled,
    /// Another reason, by the table's own name for it.
    Other(String),
}
