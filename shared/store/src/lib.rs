//! The one table. A key, an attribute name or an expression is spelled here and nowhere else; methods are named by their
//! callers' intent.
//!
//! Architecture invariant: no rule is here. Conditions are those that the rules of `domain` require. A write of the guest
//! list is a value of `domain::seats::writes`; the module `seats` renders it.
//!
//! The methods are in modules with the same names as those of `domain`: `accounts`, `door`, `events`, `live`, `mail`, `seats`,
//! `security`, `stats` and `tickets`. The other modules serve all of these: keys and attributes, single writes, transactions,
//! lists, and the reader of the stream.

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
pub use door::{LoggedScan, NewStaff};
pub use error::StoreError;
pub use events::{EventFilter, EventPosition, EventWrite, HandOver};
pub use lists::Page;
pub use live::{ActionCount, Connection, Noted, SignIn, Subscribed, Told, TopicState};
pub use mail::MailClaim;
pub use seats::{GuestListSnapshot, Leaving, Upsert, Withdrawal, waitlist_place};
pub use security::{AuditFilter, AuditPosition};
pub use stats::{Counted, day_of};
pub use tickets::{Admission, ConflictPosition, EndedTicket, TicketChange, revocations_until};

/// The type of the table: any, or only `DynamoDB` in a program that has no other. Then the linker drops the calls that the
/// program never makes.
#[cfg(any(test, feature = "any-table", not(feature = "dynamodb")))]
type Kind = dyn Table;
#[cfg(not(any(test, feature = "any-table", not(feature = "dynamodb"))))]
type Kind = table::dynamodb::DynamoDb;

/// The table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Arc<Kind>,
}

impl Store {
    /// Returns the store of a table.
    #[must_use]
    pub fn new(table: Arc<Kind>) -> Self {
        Self { table }
    }

    /// Returns the store of the `DynamoDB` table named `name`, through `client`.
    #[cfg(any(test, feature = "dynamodb"))]
    #[must_use]
    pub fn on_dynamodb(client: table::dynamodb::Client, name: impl Into<String>) -> Self {
        Self::new(Arc::new(table::dynamodb::DynamoDb::new(client, name)))
    }

    /// Returns the table. Callers see only the methods of [`Table`], for either type.
    fn table(&self) -> &(impl Table + ?Sized) {
        &*self.table
    }

    /// Reads an item, to check that the table answers.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.table().get(key::ping(), false).await?;
        Ok(())
    }
}
