//! Single-use tickets that sign in a WebSocket connection.

use domain::{id::UserId, keys::bearer_code::BearerCode, live::TICKET_LIFETIME};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::Delete;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, n},
    condition::{old_item, unexpired},
    key,
};

/// The user who signed in on a connection, and the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// The account that signed in.
    pub user_id: UserId,
    /// The session family that the access token names; `None` if it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
}

impl Store {
    /// Stores a ticket that was issued at `now` and can sign in one connection.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note_live_ticket(
        &self,
        ticket: &BearerCode,
        sign_in: SignIn,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item: Item = serde_dynamo::to_item(sign_in)?;
        item.extend(key::live_ticket(ticket));
        let until = now.as_second() + i64::try_from(TICKET_LIFETIME.as_secs()).unwrap_or(0);
        item.insert(EXPIRES_AT.to_owned(), n(until));
        self.put(item).await
    }

    /// Marks a ticket as spent, and returns the user and the session that it signs in; `None` if the ticket is unknown, spent
    /// or expired. If two callers spend the same ticket, only one of them gets the sign-in.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn spend_live_ticket(
        &self,
        ticket: &BearerCode,
        now: Timestamp,
    ) -> Result<Option<SignIn>, StoreError> {
        let spend = Delete::of(key::live_ticket(ticket))
            .when(unexpired(now))
            .returning_old();
        match self.write(spend).await {
            Ok(item) => Ok(Some(serde_dynamo::from_item(item)?)),
            Err(error) => old_item(error).map(|_| None),
        }
    }
}
