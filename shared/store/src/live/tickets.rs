//! Tickets that sign a WebSocket in.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{
    id::UserId,
    live::ticket::{LIFETIME, LiveTicket},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, n},
    condition::old_item,
    key,
};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Holder {
    user_id: UserId,
}

impl Store {
    /// Notes a ticket of `user`, made now.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note_live_ticket(
        &self,
        ticket: &LiveTicket,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item: Item = serde_dynamo::to_item(Holder { user_id })?;
        item.extend(key::live_ticket(ticket));
        let until = now.as_second() + i64::try_from(LIFETIME.as_secs()).unwrap_or(0);
        item.insert(EXPIRES_AT.to_owned(), n(until));
        self.put(item).await
    }

    /// Spends a ticket: whose it was; `None` if it is unknown, spent or late. Of two who show it, one gets in.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn spend_live_ticket(
        &self,
        ticket: &LiveTicket,
        now: Timestamp,
    ) -> Result<Option<UserId>, StoreError> {
        let spent = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key::live_ticket(ticket)))
            .condition_expression("#expires > :now")
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":now", n(now.as_second()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        match spent {
            Ok(spent) => spent
                .attributes
                .map(|item| Ok(serde_dynamo::from_item::<_, Holder>(item)?.user_id))
                .transpose(),
            Err(error) => old_item(error).map(|_| None),
        }
    }
}
