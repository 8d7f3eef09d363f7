//! The audit log. An entry is written once, in the same transaction as the change that the entry describes.

mod list;

use domain::security::audit::AuditEntry;
use table::{Put, TransactionError, Write};

use crate::{
    Store, StoreError,
    attribute::Item,
    batch::back_off,
    key,
    transaction::{self, Hindrance, transaction_error},
    versioned::put_new,
};

pub use list::{AuditFilter, AuditPosition};

/// The maximum number of tries of a transaction that conflicts with other transactions.
const MAX_TRIES: u32 = 6;

/// The outcome of a transaction that may contain an entry of the audit log.
#[derive(Debug)]
pub(crate) enum Sent {
    /// All writes of the transaction were made, including the write of the audit entry.
    Written,
    /// The condition of one of the writes failed, so the transaction wrote nothing.
    Refused(TransactionError),
}

pub(crate) fn item(entry: &AuditEntry) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(entry)?;
    item.extend(key::audit(&entry.object, entry.at, entry.id));
    item.extend(key::listed_audit(entry.at, entry.id));
    Ok(item)
}

/// Returns the write of an audit entry, which must be the last write of its transaction. Its condition is that the entry does
/// not exist. So if a caller repeats a transaction because the reply was lost, the whole second transaction is refused.
pub(crate) fn noting(entry: &AuditEntry) -> Result<Write, StoreError> {
    Ok(put_new(item(entry)?).into())
}

impl Store {
    /// Whether the entry exists, which means that its transaction succeeded. A caller needs this after a refusal: if the reply
    /// to the first try was lost, the second try is refused although the first one succeeded.
    pub(crate) async fn is_noted(&self, entry: &AuditEntry) -> Result<bool, StoreError> {
        let key = key::audit(&entry.object, entry.at, entry.id);
        Ok(self.get_item(key).await?.is_some())
    }

    /// Sends a transaction that consists of `writes` and of the audit entry about them. If it conflicts with other
    /// transactions, it is sent again.
    pub(crate) async fn send_noting(
        &self,
        writes: Vec<Write>,
        entry: &AuditEntry,
    ) -> Result<Sent, StoreError> {
        self.send_perhaps_noting(writes, Some(entry)).await
    }

    /// Makes one write if its condition is true, and writes the audit entry `entry` in the same transaction. Returns whether
    /// both were written.
    pub(crate) async fn try_put_noting(
        &self,
        put: Put,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let sent = self.send_noting(vec![put.into()], entry).await?;
        Ok(matches!(sent, Sent::Written))
    }

    /// Does the same as [`Store::send_noting`], but `entry` may be `None`. For example, the relay has no entry when it
    /// completes the erasure of an account, because no user acts then.
    pub(crate) async fn send_perhaps_noting(
        &self,
        mut writes: Vec<Write>,
        entry: Option<&AuditEntry>,
    ) -> Result<Sent, StoreError> {
        if let Some(entry) = entry {
            writes.push(noting(entry)?);
        }
        let mut attempt = 1;
        loop {
            let Err(error) = self.send(&writes).await else {
                return Ok(Sent::Written);
            };
            match transaction::hindrance(&error) {
                Some(Hindrance::Condition) => {
                    let is_ours = match entry {
                        Some(entry) => self.is_noted(entry).await?,
                        None => false,
                    };
                    return Ok(if is_ours {
                        Sent::Written
                    } else {
                        Sent::Refused(error)
                    });
                }
                Some(Hindrance::Conflict) if attempt < MAX_TRIES => {
                    back_off(attempt).await;
                    attempt += 1;
                }
                Some(Hindrance::Conflict) => {
                    return Err(StoreError::Contended("the items of a transaction"));
                }
                None => return Err(transaction_error(error)),
            }
        }
    }

    /// Writes an audit entry outside a transaction. The caller does this before an action that does not write to the table. A
    /// second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.try_write(put_new(item(entry)?)).await.map(|_| ())
    }
}
