//! Reads and conditional writes of the system's only table, represented as values.
//!
//! A [`Write`] consists of a condition on the present item ([`Condition`]) and of changes ([`Change`]). A table converts a
//! write into expressions ([`dynamodb`]), or evaluates it with [`Write::apply`]. So the tests and the models evaluate the same
//! conditions that the deployed system uses.
//!
//! Architecture invariant: nothing in this crate depends on events, accounts or any other part of the product.

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

/// A table with one index, as `template.yaml` defines it. The table's keys `pk` and `sk` are strings, and the index `gsi1` has
/// the keys `gsi1pk` and `gsi1sk`. Items expire at the time `expiresAt`, in seconds since 1970. The stream contains old and new
/// images.
pub trait Table: Debug + Send + Sync {
    /// Reads the item with the key `key`.
    ///
    /// # Errors
    /// The table could not be read.
    fn get(&self, key: Item, consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>>;

    /// Reads the items with the keys `keys`, which are at most 100. All items are read as they were at the same instant.
    /// Returns them in the order of the keys.
    ///
    /// # Errors
    /// A concurrent write cancelled the read ([`TransactionError::Cancelled`]), or the table could not be read.
    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>>;

    /// Reads the items with the keys `keys`, which are at most 100. Returns them in any order.
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

    /// Puts one item, which replaces any item with the same key.
    ///
    /// # Errors
    /// The condition failed, a transaction was writing the item, or the table could not be written.
    fn put(&self, put: Put) -> BoxFuture<'_, Result<(), WriteError>>;

    /// Changes one item. Returns the attributes that the update requests with [`Returned`], or an empty item if it requests
    /// none.
    ///
    /// # Errors
    /// The condition failed, a transaction was writing the item, or the table could not be written.
    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>>;

    /// Deletes one item. Returns the deleted item if the delete requests it and the item existed, and otherwise an empty item.
    ///
    /// # Errors
    /// The condition failed, a transaction was writing the item, or the table could not be written.
    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>>;

    /// Makes all the writes or none of them. There are at most 100 writes, each of a different item.
    ///
    /// # Errors
    /// The transaction was cancelled, or the table could not be written.
    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>>;
}
