//! The open transaction in which a write runs. It also contains the time of the write, and the effects that follow after the
//! commit.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::{error::Error, options::Changed, wake::Wakes};

/// The open transaction in which a write runs.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) now: Timestamp,
    /// Whether [`Self::changes`] are collected, because the database has an observer.
    pub(crate) is_observed: bool,
    pub(crate) changes: Vec<Changed>,
    pub(crate) wakes: Wakes,
}

/// The reason why a write ended without changing the database.
#[derive(Debug)]
pub(crate) enum Fault<E> {
    /// The write was refused, and its caller gets this error.
    Answer(E),
    /// `SQLite` failed, so the whole transaction may be lost.
    Sqlite(rusqlite::Error),
}

impl<E> From<rusqlite::Error> for Fault<E> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl<E: From<Error>> From<Error> for Fault<E> {
    fn from(error: Error) -> Self {
        Self::Answer(error.into())
    }
}
