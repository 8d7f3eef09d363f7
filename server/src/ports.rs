//! Connects the database with the ports of the functions. In a build with the feature `faults`, some of the database's calls
//! may be slow or fail.

use std::sync::Arc;

use embedded::Database;
use objects::Objects;
use queues::{Consumer, Producer};
use table::Table;

#[cfg(not(feature = "faults"))]
mod plain {
    use super::{Arc, Consumer, Database, Objects, Producer, Table};

    /// Returns the database as the port for the table.
    pub(crate) fn table(database: &Database) -> Arc<dyn Table> {
        Arc::new(database.clone())
    }

    /// Returns the database as the port for objects.
    pub(crate) fn objects(database: &Database) -> Arc<dyn Objects> {
        Arc::new(database.clone())
    }

    /// Returns the database as the port through which messages are sent.
    pub(crate) fn producer(database: &Database) -> Arc<dyn Producer> {
        Arc::new(database.clone())
    }

    /// Returns the database as the port through which messages are received.
    pub(crate) fn consumer(database: &Database) -> Arc<dyn Consumer> {
        Arc::new(database.clone())
    }

    /// Returns whether every batch of records or of messages is delivered twice. Only a build with the feature `faults` does
    /// that.
    pub(crate) fn batches_come_twice() -> bool {
        false
    }
}

#[cfg(feature = "faults")]
mod faulty {
    use super::{Arc, Consumer, Database, Objects, Producer, Table};
    use crate::faults::Faulty;
    pub(crate) use crate::faults::batches_come_twice;

    pub(crate) fn table(database: &Database) -> Arc<dyn Table> {
        Arc::new(Faulty(database.clone()))
    }

    pub(crate) fn objects(database: &Database) -> Arc<dyn Objects> {
        Arc::new(Faulty(database.clone()))
    }

    pub(crate) fn producer(database: &Database) -> Arc<dyn Producer> {
        Arc::new(Faulty(database.clone()))
    }

    pub(crate) fn consumer(database: &Database) -> Arc<dyn Consumer> {
        Arc::new(Faulty(database.clone()))
    }
}

#[cfg(feature = "faults")]
pub(crate) use faulty::*;
#[cfg(not(feature = "faults"))]
pub(crate) use plain::*;
