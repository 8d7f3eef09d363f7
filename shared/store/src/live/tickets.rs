//! Tickets that sign a WebSocket in.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{
    id::UserId,
    live::ticket::{LIFETIME, LiveTicket},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, n},
    condition::old_item,
    key,
};

/// Who signs a connection in, and in which session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// The account.
    pub user_id: UserId,
    /// The session family; `None`: the access token named none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
}

impl Store {
    /// Notes a ticket, made now.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note_live_ticket(
        &self,
        ticket: &LiveTicket,
        sign_in: SignIn,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item: Item = serde_dynamo::to_item(sign_in)?;
        item.extend(key::live_ticket(ticket));
        let until = now.as_second() + i64::try_from(LIFETIME.as_secs()).unwrap_or(0);
        item.insert(EXPIRES_AT.to_owned(), n(until));
        self.put(item).await
    }

    /// Spends a ticket: who signs in with it; `None` if it is unknown, spent or late. Of two who show it, one gets in.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn spend_live_ticket(
        &self,
        ticket: &LiveTicket,
        now: Timestamp,
    ) -> Result<Option<SignIn>, StoreError> {
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
                .map(|item| Ok(serde_dynamo::from_item(item)?))
                .transpose(),
            Err(error) => old_item(error).map(|_| None),
        }
    }
}
