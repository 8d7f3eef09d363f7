//! Reads and conditional writes of the one table, as values.
//!
//! A [`Write`] has a condition on the present item ([`Condition`]) and its changes ([`Change`]). A table renders it into
//! expressions ([`dynamodb`]), or evaluates it itself by [`Write::apply`]. So the conditions that a test or a model evaluates
//! are the ones that run.
//!
//! Architecture invariant: nothing here depends on events, accounts or anything else of the product.

mod change;
mod condition;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
mod error;
mod query;
mod single;
#[cfg(test)]
mod testing;
mod value;
mod write;

use std::fmt::Debug;

use futures::future::BoxFuture;

pub use change::{Change, Inapplicable};
pub use condition::{Comparison, Condition, Path, attr};
pub use error::{Reason, TableError, TransactionError, WriteError};
pub use query::{Batch, Index, Query, QueryPage, SortRange};
pub use single::SingleWrite;
pub use value::{EXPIRES_AT, GSI1PK, GSI1SK, Item, PK, SK, Value, b, n, s};
pub use write::{Applied, Delete, Put, Refused, Returned, Update, Write};

/// A table with one index, as `template.yaml` describes it: string keys `pk` and `sk`, index `gsi1` with `gsi1pk` and
/// `gsi1sk`, items that expire at the second `expiresAt`, and a stream of old and new images.
pub trait Table: Debug + Send + Sync {
    /// Reads the item under `key`.
    ///
    /// # Errors
    /// The table could not be read.
    fn get(&self, key: Item, consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>>;

    /// Reads the items under `keys`, at most 100, as they are at one instant, in the order of the keys.
    ///
    /// # Errors
    /// A write interfered ([`TransactionError::Cancelled`]), or the table could not be read.
    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>>;

    /// Reads the items under `keys`, at most 100.
    ///
    /// # Errors
    /// The table could not be read.
    fn get_batch(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> BoxFuture<'_, Result<Batch, TableError>>;

    /// Reads one page of a query.
    ///
    /// # Errors
    /// The table could not be read.
    fn query(&self, query: Query) -> BoxFuture<'_, Result<QueryPage, TableError>>;

    /// Puts one item.
    ///
    /// # Errors
    /// The condition failed, a transaction held the item, or the table could not be written.
    fn put(&self, put: Put) -> BoxFuture<'_, Result<(), WriteError>>;

    /// Changes one item. Returns the attributes that the update requests by [`Returned`]; an empty item if it requests none.
    ///
    /// # Errors
    /// The condition failed, a transaction held the item, or the table could not be written.
    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>>;

    /// Deletes one item. Returns the old item if the delete requests that and the item existed; an empty item otherwise.
    ///
    /// # Errors
    /// The condition failed, a transaction held the item, or the table could not be written.
    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>>;

    /// Writes all items, at most 100 different ones, or none.
    ///
    /// # Errors
    /// The transaction was cancelled, or the table could not be written.
    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>>;
}
