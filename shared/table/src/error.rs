//! Errors of calls of the table.

use crate::value::Item;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The error of a call of the table that failed.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The table is throttled, slow or unavailable. The caller may try the same call later.
    #[error("the table is throttled or away")]
    Unavailable(#[source] Source),
    /// The table refused the call because of its content. So our code or the deployment has a mistake.
    #[error("the table refused the call")]
    Refused(#[source] Source),
}

/// The error of a write of one item that failed. Either the write was not made, or the caller cannot know whether it was made.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The condition of the write failed. Contains the present item; `None` if there was no item, or if the write did not
    /// request the item.
    #[error("the condition failed")]
    Condition(Option<Item>),
    /// A transaction was writing the same item at that moment.
    #[error("a transaction held the item")]
    Conflict(#[source] Source),
    /// Another error of the table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The error of a transaction that failed. Either the transaction was not made, or the caller cannot know whether it was made.
#[derive(Debug, thiserror::Error)]
pub enum TransactionError {
    /// The transaction was cancelled. Contains a reason for each write, in the order of the writes. If it contains no reasons,
    /// the transaction conflicted with another one.
    #[error("the transaction was cancelled")]
    Cancelled(Vec<Reason>),
    /// Another error of the table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The result of one write of a cancelled transaction: why this write caused the cancellation, or that it did not.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// This write did not cause the cancellation; another write of the transaction did.
    None,
    /// The condition of the write failed. Contains the present item; `None` if there was no item, or if the write did not
    /// request the item.
    Condition(Option<Item>),
    /// Another transaction was writing the item.
    Conflict,
    /// The table was throttled.
    Throttled,
    /// The write failed for another reason, to which the table gives this name.
    Other(String),
}
