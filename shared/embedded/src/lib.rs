//! The table, its stream, the queues, the schedules and the objects in one `SQLite` file. They replace the services of AWS.
//!
//! Writes are values ([`Write`](::table::Write)) that are applied within a transaction of `SQLite`, so no expression is parsed.
//! One thread makes all writes (`writer.rs`), and flushes the file to the disk once for all waiting writes. Reads use other
//! connections, so they do not wait for writes.
//!
//! Architecture invariant: this crate does not depend on events, accounts or anything else of the product. The names of queues,
//! and the names in the filter of the stream, are the same as in template.yaml. Tests check this.

mod codec;
mod connection;
mod copies;
mod copy;
mod database;
mod error;
mod ledger;
mod lock;
mod messages;
mod objects;
mod options;
pub mod queue;
mod restoration;
mod schedules;
mod schema;
mod stream;
mod table;
#[cfg(test)]
mod template;
#[cfg(test)]
mod testing;
mod upkeep;
mod view;
mod wake;
mod writer;

pub use database::{Database, Statistics};
pub use error::{Cause, Error, OpenError};
pub use options::{Changed, Clock, Observer, Options};
pub use restoration::{Restoration, suffix_for_replaced};
pub use schedules::Schedules;
pub use stream::{Record, Stream, Waiting};
pub use view::{Sizes, View};
