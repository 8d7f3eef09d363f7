//! An event gets another organizer.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use domain::{audit::AuditEntry, event::Event, id::UserId, user::User};

use super::owned;
use crate::{
    Store, StoreError,
    accounts::{HAND_OVERS, cancelled_by_condition},
    attribute::{REQUEST, n, s},
    audit::Sent,
    key,
};

/// What became of handing an event over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOver {
    /// The event has its new organizer.
    Done,
    /// The new organizer's account has another role since it was read, or is gone.
    AccountChanged,
    /// The event was written by another since it was read, or does not exist any more.
    Stale,
}

impl Store {
    /// Writes `event`, whose organizer is `to` now, over the version before it, whose organizer was `from`; lists it with
    /// the one and not with the other, with `entry` in the same transaction. The new organizer's account must still have
    /// its role. It notes the event: an erasure that has read the account before does not delete it then.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn hand_over(
        &self,
        event: &Event,
        from: UserId,
        to: &User,
        request: &str,
        entry: &AuditEntry,
    ) -> Result<HandOver, StoreError> {
        let account = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::account(to.id)))
            .update_expression("SET #request = :request ADD #handOvers :one")
            .condition_expression("#role = :role")
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#handOvers", HAND_OVERS)
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":role", s(to.role.as_str()))
            .build()?;
        let list = Put::builder()
            .table_name(&self.table)
            .set_item(Some(owned(event)))
            .build()?;
        let unlist = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::owns(from, event.id)))
            .build()?;
        let item = TransactWriteItem::builder;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(item().put(self.put_event(event, request)?).build())
            .transact_items(item().update(account).build())
            .transact_items(item().put(list).build())
            .transact_items(item().delete(unlist).build());
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Written => HandOver::Done,
            Sent::Refused(error) if cancelled_by_condition(error.as_service_error(), 1) => {
                HandOver::AccountChanged
            }
            Sent::Refused(_) => HandOver::Stale,
        })
    }
}
