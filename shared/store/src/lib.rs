//! The one table. A key, an attribute name or an expression is spelled here and nowhere else; methods are
//! named by what their callers want.
//!
//! Architecture invariant: no rule lives here. Conditions are those that the rules of `domain` ask for.

use std::sync::Arc;

use table::Table;

mod accounts;
mod announcements;
mod attribute;
mod audit;
mod availability;
mod batch;
mod buckets;
mod capacity;
mod claims;
mod condition;
mod door;
mod error;
mod events;
mod joins;
mod key;
mod leaves;
mod lists;
mod live;
mod mails;
mod ping;
mod promotions;
pub mod public;
mod published;
mod rate_limits;
mod registrations;
mod sender;
mod sessions;
mod snapshot;
mod stats;
pub mod stream;
mod throttles;
mod tickets;
mod transaction;
mod versioned;
mod waitlist;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod stack_tests;

pub use accounts::{
    Account, CodeUse, EmailSwap, Erasure, MailBlock, NewAccount, PasswordChange, RoleChange,
};
pub use audit::{AuditFilter, AuditPosition};
pub use door::{LoggedScan, NewStaff};
pub use error::StoreError;
pub use events::{EventWrite, HandOver};
pub use leaves::{Leaving, Withdrawal};
pub use lists::Page;
pub use live::{ActionCount, Connection, Noted, SignIn, Subscribed, Told, TopicState};
pub use mails::MailClaim;
pub use published::{EventFilter, EventPosition};
pub use registrations::Upsert;
pub use sessions::{Rotation, Session};
pub use snapshot::GuestListSnapshot;
pub use stats::{Counted, day_of};
pub use tickets::{Admission, ConflictPosition, EndedTicket, TicketChange, revocations_until};
pub use waitlist::waitlist_place;

/// The type of the table: any, or `DynamoDB` alone where a program has no other. Then the linker drops the calls that the
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

    /// Returns the table. No method but a table's is seen by the callers, whatever the type is.
    fn table(&self) -> &(impl Table + ?Sized) {
        &*self.table
    }

    /// Reads an item of the table, to see whether it answers.
    ///
    /// # Errors
    /// The table does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.table().get(key::ping(), false).await?;
        Ok(())
    }
}
