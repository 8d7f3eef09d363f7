//! Reads and writes of the system's only table. Each key, attribute name and expression is defined in this crate and nowhere
//! else. Each method is named after what its caller wants to do.
//!
//! Architecture invariant: this crate contains no business rule. The conditions of its writes come from the rules of `domain`.
//! A write of the guest list is a value of `domain::seats::writes`. The module `seats` converts this value into a write of the
//! table.
//!
//! The methods are in modules with the same names as those of `domain`: `accounts`, `door`, `events`, `live`, `mail`, `seats`,
//! `security`, `stats` and `tickets`. The remaining modules serve these nine: keys and attributes, single writes, transactions,
//! lists, and conversion of the stream's records.

use std::sync::Arc;

use table::Table;

mod accounts;
mod attribute;
mod batch;
mod condition;
mod door;
mod error;
mod events;
mod key;
mod lists;
mod live;
mod mail;
pub mod public;
mod seats;
mod security;
mod stats;
pub mod stream;
mod tickets;
mod transaction;
mod versioned;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod stack_tests;

pub use accounts::{
    Account, CodeUse, EmailSwap, Erasure, MailBlock, NewAccount, PasswordChange, RoleChange,
    Rotation, Session,
};
pub use door::{Joining, LoggedScan, NewStaff, ScanFilter, ScanPosition};
pub use error::StoreError;
pub use events::{EventFilter, EventPosition, EventWrite, HandOver, PictureCheck};
pub use lists::Page;
pub use live::{ActionCount, Connection, Noted, Published, SignIn, Subscribed, TopicState};
pub use mail::MailClaim;
pub use seats::{GuestListSnapshot, Leaving, Upsert, Withdrawal, waitlist_place};
pub use security::{AuditFilter, AuditPosition};
pub use stats::{Counted, day_of};
pub use tickets::{Admission, ConflictPosition, EndedTicket, TicketChange, revocations_until};

/// The type of the table. It is `dyn Table`, or only `DynamoDB` in a program that uses no other kind of table. If there is only
/// one type, the linker removes the methods that the program never calls.
#[cfg(any(test, feature = "any-table", not(feature = "dynamodb")))]
type Kind = dyn Table;
#[cfg(not(any(test, feature = "any-table", not(feature = "dynamodb"))))]
type Kind = table::dynamodb::DynamoDb;

/// The table, with methods that read and write the items of the product.
#[derive(Debug, Clone)]
pub struct Store {
    table: Arc<Kind>,
}

impl Store {
    /// Returns a store that uses the given table.
    #[must_use]
    pub fn new(table: Arc<Kind>) -> Self {
        Self { table }
    }

    /// Returns a store that uses the `DynamoDB` table with the name `name` and calls it through `client`.
    #[cfg(any(test, feature = "dynamodb"))]
    #[must_use]
    pub fn on_dynamodb(client: table::dynamodb::Client, name: impl Into<String>) -> Self {
        Self::new(Arc::new(table::dynamodb::DynamoDb::new(client, name)))
    }

    /// Returns the table. Whichever type the table has, callers can use only the methods of [`Table`].
    fn table(&self) -> &(impl Table + ?Sized) {
        &*self.table
    }

    /// Reads an item, to check that the table is available.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.table().get(key::ping(), false).await?;
        Ok(())
    }
}
