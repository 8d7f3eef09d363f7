//! Errors of the embedded database.

use std::path::{Path, PathBuf};

use queues::{QueueError, SendError};
use table::{TableError, TransactionError, WriteError};

/// The error that caused an error of the database.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The error of a failed database call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database file could not be read or written: the disk is full, the file is read-only, or another process locks it.
    /// The failed call has written nothing, and the caller may try it later.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// The call is invalid, so it can never succeed.
    #[error("the database refused the call")]
    Refused(#[source] Cause),
}

/// The reason why a call is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refusal(pub(crate) String);

/// The reason why a file could not be opened as a database.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the database open.
    #[error("another process has {} open", .0.display())]
    InUse(PathBuf),
    /// A newer version of this program wrote the database file.
    #[error("the database has version {found}; this program knows versions up to {known}")]
    Newer {
        /// The version of the database file.
        found: u32,
        /// The newest version of database files that this program can read.
        known: u32,
    },
    /// The file is a database of another program, or it is not a database.
    #[error("{} is no database of em-connect", .0.display())]
    Foreign(PathBuf),
    /// The database is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A file could not be read or written.
    #[error("{} cannot be opened", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// `SQLite` failed.
    #[error("the database cannot be opened")]
    Sqlite(#[from] rusqlite::Error),
}

impl OpenError {
    /// Converts the error that a file is not a database into [`Self::Foreign`] with the file's path. Returns other errors
    /// unchanged.
    pub(crate) fn of_file(self, path: &Path) -> Self {
        match self {
            Self::Sqlite(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) =>
            {
                Self::Foreign(path.to_owned())
            }
            other => other,
        }
    }
}

impl Error {
    pub(crate) fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(cause.into())
    }

    pub(crate) fn refused(text: impl Into<String>) -> Self {
        Self::Refused(Box::new(Refusal(text.into())))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::unavailable(error)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Error> for TableError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(cause) => Self::Unavailable(cause),
            Error::Refused(cause) => Self::Refused(cause),
        }
    }
}

/// Implements the conversion of this crate's `Error` into each of the listed error types of the crate `table`.
macro_rules! through_table {
    ($($error:ident),*) => { $(
        impl From<Error> for $error {
            fn from(error: Error) -> Self {
                Self::Table(error.into())
            }
        }
    )* };
}

through_table!(WriteError, TransactionError);

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        Self::of(error)
    }
}

impl From<Error> for QueueError {
    fn from(error: Error) -> Self {
        Self::of(error)
    }
}
