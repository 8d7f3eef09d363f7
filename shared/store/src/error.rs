//! Errors of the store.

use table::{TableError, TransactionError, WriteError};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The error of a call of the store that failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The table is throttled, slow or unavailable. The caller may try the same call later.
    #[error("the table is throttled or away")]
    Unavailable(#[source] Source),
    /// Every try failed, because other processes were writing the same items. The caller may try the same call later.
    #[error("others kept writing {0}")]
    Contended(&'static str),
    /// The table refused the call because of its content. So our code or the deployment has a mistake.
    #[error("the table refused the call")]
    Refused(#[source] Source),
    /// An item or a value does not have the expected format.
    #[error("{what} cannot be read")]
    Corrupt {
        /// The kind of item or value that does not have the expected format.
        what: &'static str,
        /// The error of the deserializer, if there is one.
        #[source]
        source: Option<Source>,
    },
}

impl StoreError {
    /// Whether the same call may succeed if it is made later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Contended(_))
    }

    pub(crate) fn corrupt(what: &'static str) -> Self {
        Self::Corrupt { what, source: None }
    }
}

impl From<TableError> for StoreError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Unavailable(source) => Self::Unavailable(source),
            TableError::Refused(source) => Self::Refused(source),
        }
    }
}

impl From<WriteError> for StoreError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Table(error) => error.into(),
            WriteError::Conflict(source) => Self::Unavailable(source),
            // This conversion does not expect a failed condition: if the condition of a write may fail, the caller of the write
            // uses `old_item` and not this conversion.
            error @ WriteError::Condition(_) => Self::Refused(Box::new(error)),
        }
    }
}

impl From<TransactionError> for StoreError {
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Table(error) => error.into(),
            error @ TransactionError::Cancelled(_) => Self::Refused(Box::new(error)),
        }
    }
}

impl From<serde_dynamo::Error> for StoreError {
    fn from(error: serde_dynamo::Error) -> Self {
        Self::Corrupt {
            what: "an item",
            source: Some(Box::new(error)),
        }
    }
}
