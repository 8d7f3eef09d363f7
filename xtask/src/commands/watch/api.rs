//! The calls of the HTTP API: the event's title, and a ticket that signs a connection in.

use std::time::Duration;

use anyhow::{Result, anyhow};
use serde_json::{Value, json};

use super::end::{End, not_found};
use crate::client::{Answer, Client};
use crate::credentials::Account;

/// A client of the stack's HTTP API. It makes the calls that `cargo xtask watch` needs for one event.
#[derive(Debug)]
pub(super) struct Api {
    client: Client,
    pub(super) http_url: String,
    pub(super) event: String,
    account: Option<Account>,
}

impl Api {
    /// Creates a client for one event. If `account` is set, the client signs in with it, so that the door can be watched, too.
    pub(super) fn new(http_url: &str, event: &str, account: Option<Account>) -> Self {
        Self {
            client: Client::new(http_url, Duration::from_secs(10)),
            http_url: http_url.to_owned(),
            event: event.to_owned(),
            account,
        }
    }

    /// Returns the event's title.
    pub(super) fn title(&self) -> Result<String> {
        let path = format!("/v1/events/{}", self.event);
        let answer = self.client.get(&path, None)?;
        if answer.status == 404 {
            return Err(not_found(&self.event, &self.http_url));
        }
        answer
            .expect_status(200, "the event's title")?
            .text_at("/title")
    }

    /// Returns the messages that a new connection sends in order to subscribe to the event's counts and, with an account, to
    /// its door.
    pub(super) fn subscriptions(&self) -> Vec<Value> {
        let mut subscriptions = vec![json!({"action": "subscribe", "eventId": self.event})];
        if self.account.is_some() {
            subscriptions
                .push(json!({"action": "subscribe", "eventId": self.event, "topic": "door"}));
        }
        subscriptions
    }

    /// Returns a ticket that signs one WebSocket connection in, or `None` if the client has no account.
    pub(super) fn ticket(&self) -> Result<Option<String>, End> {
        let Some(Account { email, password }) = &self.account else {
            return Ok(None);
        };
        // An access token expires earlier than a WebSocket connection. So each call logs in and gets a new access token.
        let body = json!({"email": email, "password": password});
        let session = self.post("/v1/auth/login", None, &body, 200)?;
        let token = session.text_at("/accessToken").map_err(End::Failed)?;
        let ticket = self.post("/v1/live/tickets", Some(&token), &json!({}), 201)?;
        ticket.text_at("/ticket").map(Some).map_err(End::Failed)
    }

    fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: &Value,
        expected: u16,
    ) -> Result<Answer, End> {
        let answer = self.client.post(path, token, body);
        let answer = answer.map_err(|error| End::Lost(format!("signing in: {error:#}")))?;
        match answer.status {
            status if status == expected => Ok(answer),
            429 | 500.. => Err(End::Lost(format!("signing in: POST {path}: {answer}"))),
            _ => Err(End::Failed(anyhow!("signing in: POST {path}: {answer}"))),
        }
    }
}
