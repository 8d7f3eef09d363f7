//! The audit log: entries that are written in the transaction of what they tell of, and never again.

mod list;

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::SdkError,
    operation::transact_write_items::{
        TransactWriteItemsError, builders::TransactWriteItemsFluentBuilder,
    },
    types::TransactWriteItem,
};
use domain::audit::AuditEntry;

use crate::{
    Store, StoreError,
    accounts::transaction_error,
    attribute::{Item, PK},
    batch::back_off,
    key,
    transaction::{self, Hindrance},
};

pub use list::{AuditFilter, AuditPosition};

/// Tries of a transaction that meets others.
const MAX_TRIES: u32 = 6;

/// What became of writes that bring an entry of the audit log.
#[derive(Debug)]
pub(crate) enum Sent {
    /// They stand, and the entry with them.
    Written,
    /// A condition failed: neither stands.
    Refused(Box<SdkError<TransactWriteItemsError, HttpResponse>>),
}

pub(crate) fn item(entry: &AuditEntry) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(entry)?;
    item.extend(key::audit(&entry.object, entry.at, entry.id));
    item.extend(key::listed_audit(entry.at, entry.id));
    Ok(item)
}

impl Store {
    /// The entry as the last item of a transaction. An entry that is there is never written again, so a transaction
    /// that is repeated because its answer was lost fails as a whole.
    pub(crate) fn noting(&self, entry: &AuditEntry) -> Result<TransactWriteItem, StoreError> {
        let put = self.put_new(item(entry)?)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Whether the entry stands, and so whether the transaction that brought it does: what a refusal leaves open, for it
    /// may be the repetition of a call whose answer was lost.
    pub(crate) async fn is_noted(&self, entry: &AuditEntry) -> Result<bool, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key::audit(&entry.object, entry.at, entry.id)))
            .projection_expression("#pk")
            .expression_attribute_names("#pk", PK)
            .consistent_read(true)
            .send()
            .await?;
        Ok(found.item.is_some())
    }

    /// Sends `writes` and the entry that tells of them as one transaction, again while it meets other transactions.
    pub(crate) async fn send_noting(
        &self,
        writes: TransactWriteItemsFluentBuilder,
        entry: &AuditEntry,
    ) -> Result<Sent, StoreError> {
        self.send_perhaps_noting(writes, Some(entry)).await
    }

    /// As [`Store::send_noting`]; without an entry where nobody did anything, but the relay finished an erasure.
    pub(crate) async fn send_perhaps_noting(
        &self,
        writes: TransactWriteItemsFluentBuilder,
        entry: Option<&AuditEntry>,
    ) -> Result<Sent, StoreError> {
        let writes = match entry {
            Some(entry) => writes.transact_items(self.noting(entry)?),
            None => writes,
        };
        let mut attempt = 1;
        loop {
            let Err(error) = transaction::send(writes.clone()).await else {
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
                        Sent::Refused(Box::new(error))
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

    /// Writes an entry alone, before something that is no write of the table; again changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let put = self.put_new(item(entry)?)?;
        self.try_put(put).await.map(|_| ())
    }
}
