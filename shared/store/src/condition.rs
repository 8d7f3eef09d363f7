//! Writes of one item outside a transaction. A failed condition is a normal result here, not an error.

use jiff::Timestamp;
use table::{Condition, SingleWrite, WriteError, attr};

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, n},
};

/// Returns the condition that the item exists and has not expired at the time `now`. Time to live deletes expired items late.
pub(crate) fn unexpired(now: Timestamp) -> Condition {
    attr(EXPIRES_AT).greater(n(now.as_second()))
}

/// Returns the stored item that did not meet the condition of a write. `None` if there was no item, or if the write did not
/// request the item.
///
/// # Errors
/// The write failed for another reason.
pub(crate) fn old_item(error: WriteError) -> Result<Option<Item>, StoreError> {
    match error {
        WriteError::Condition(item) => Ok(item),
        error => Err(error.into()),
    }
}

/// Whether the write failed because a transaction was writing the same item at that moment.
pub(crate) fn is_conflict(error: &WriteError) -> bool {
    matches!(error, WriteError::Conflict(_))
}

impl Store {
    /// Makes one write outside a transaction. Returns the attributes that the write requests.
    pub(crate) async fn write(&self, write: impl SingleWrite) -> Result<Item, WriteError> {
        write.write_to(self.table()).await
    }

    /// Makes one write outside a transaction, if the condition of the write is true. Returns whether the item was written.
    pub(crate) async fn try_write(&self, write: impl SingleWrite) -> Result<bool, StoreError> {
        match self.write(write).await {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
    }
}
