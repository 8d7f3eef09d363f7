//! Items that several write whole: each write names the revision that it replaces, so of two one is refused.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::audit::AuditEntry;

use crate::{
    Store, StoreError,
    attribute::{Item, REV, n},
    audit::Sent,
    condition::old_item,
};

impl Store {
    /// `item` over the one whose attribute `counter` is `over`.
    pub(crate) fn put_replacing(
        &self,
        item: Item,
        counter: &str,
        over: impl ToString,
    ) -> Result<Put, StoreError> {
        Ok(Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("#counter = :over")
            .expression_attribute_names("#counter", counter)
            .expression_attribute_values(":over", n(over))
            .build()?)
    }

    /// `item` over its revision `over`; `None`: over none.
    pub(crate) fn put_over(&self, item: Item, over: Option<u64>) -> Result<Put, StoreError> {
        match over {
            None => self.put_new(item),
            Some(rev) => self.put_replacing(item, REV, rev),
        }
    }

    /// Writes what `put` says. Whether its condition held; otherwise somebody else wrote first.
    pub(crate) async fn try_put(&self, put: Put) -> Result<bool, StoreError> {
        let written = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values)
            .send()
            .await;
        match written {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
    }

    /// As [`Store::try_put`], with `entry` in the same transaction.
    pub(crate) async fn try_put_noting(
        &self,
        put: Put,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let put = TransactWriteItem::builder().put(put).build();
        let writes = self.client.transact_write_items().transact_items(put);
        let sent = self.send_noting(writes, entry).await?;
        Ok(matches!(sent, Sent::Written))
    }
}
