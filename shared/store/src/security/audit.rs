//! The audit log. An entry is written once, in the transaction of the change that it records.

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

/// Number of tries of a transaction that conflicts with others.
const MAX_TRIES: u32 = 6;

/// The outcome of a transaction that has an entry of the audit log.
#[derive(Debug)]
pub(crate) enum Sent {
    /// The writes and the entry were written.
    Written,
    /// A condition failed, and nothing was written.
    Refused(TransactionError),
}

pub(crate) fn item(entry: &AuditEntry) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(entry)?;
    item.extend(key::audit(&entry.object, entry.at, entry.id));
    item.extend(key::listed_audit(entry.at, entry.id));
    Ok(item)
}

/// Returns the write of the entry, the last one of its transaction. An existing entry is never written again, so a
/// transaction that is repeated because its answer was lost fails as a whole.
pub(crate) fn noting(entry: &AuditEntry) -> Result<Write, StoreError> {
    Ok(put_new(item(entry)?).into())
}

impl Store {
    /// Whether the entry exists, and so whether its transaction succeeded. A refusal alone does not show that: it may be the
    /// answer to a repetition of a call whose first answer was lost.
    pub(crate) async fn is_noted(&self, entry: &AuditEntry) -> Result<bool, StoreError> {
        let key = key::audit(&entry.object, entry.at, entry.id);
        Ok(self.get_item(key).await?.is_some())
    }

    /// Sends `writes` and the entry that records them as one transaction. Retries while it conflicts with other transactions.
    pub(crate) async fn send_noting(
        &self,
        writes: Vec<Write>,
        entry: &AuditEntry,
    ) -> Result<Sent, StoreError> {
        self.send_perhaps_noting(writes, Some(entry)).await
    }

    /// Does the same as [`Store::try_write`], with `entry` in the same transaction.
    pub(crate) async fn try_put_noting(
        &self,
        put: Put,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let sent = self.send_noting(vec![put.into()], entry).await?;
        Ok(matches!(sent, Sent::Written))
    }

    /// Does the same as [`Store::send_noting`], but without an entry if nobody acted because the relay finished an erasure.
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

    /// Writes an entry alone, before an action that is not a write of the table. Repeating it changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.try_write(put_new(item(entry)?)).await.map(|_| ())
    }
}
