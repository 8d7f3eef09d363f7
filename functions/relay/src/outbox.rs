//! The outbox: messages that follow from records. A message may be sent twice, never not at all.

use std::collections::HashSet;

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use domain::id::{EventId, UserId};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use messages::{MailDue, SeatChanged};
use serde::Serialize;

use crate::batch::SeatChange;

/// Messages of one call, the most that SQS takes.
const MESSAGES_PER_CALL: usize = 10;
/// Calls under way at once.
const CALLS_AT_ONCE: usize = 8;

/// The queues that the relay writes.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    client: Client,
    tickets_queue_url: String,
    mail_queue_url: String,
}

/// Messages could not be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutboxError {
    #[error("a message could not be sent")]
    Send(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("{0} messages of a call were refused")]
    Refused(usize),
}

impl Outbox {
    pub(crate) fn new(client: Client, tickets_queue_url: String, mail_queue_url: String) -> Self {
        Self {
            client,
            tickets_queue_url,
            mail_queue_url,
        }
    }

    /// Tells the notify function which mail is due.
    ///
    /// # Errors
    /// The queue cannot be written, or not whole; the batch must come again.
    pub(crate) async fn send_mails(&self, mails: &[MailDue]) -> Result<(), OutboxError> {
        self.send_all(&self.mail_queue_url, mails).await
    }

    /// Tells the ticket function whose seats changed: one message a user, for the message names no change.
    ///
    /// # Errors
    /// The queue cannot be written, or not whole; the batch must come again.
    pub(crate) async fn send_seat_changes(
        &self,
        changes: &[SeatChange],
    ) -> Result<(), OutboxError> {
        let mut told: HashSet<(EventId, UserId)> = HashSet::with_capacity(changes.len());
        let mut messages = Vec::with_capacity(changes.len());
        for change in changes.iter().rev() {
            if !told.insert((change.event, change.user)) {
                continue;
            }
            messages.push(SeatChanged {
                event_id: change.event,
                user_id: change.user,
                request_id: change.request.clone(),
            });
        }
        self.send_all(&self.tickets_queue_url, &messages).await
    }

    async fn send_all(
        &self,
        queue_url: &str,
        messages: &[impl Serialize],
    ) -> Result<(), OutboxError> {
        let bodies = messages
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<Vec<String>, _>>()
            .map_err(|error| OutboxError::Send(error.into()))?;
        stream::iter(bodies.chunks(MESSAGES_PER_CALL).map(<[String]>::to_vec))
            .map(|bodies| self.send(queue_url, bodies))
            .buffer_unordered(CALLS_AT_ONCE)
            .try_collect()
            .await
    }

    async fn send(&self, queue_url: &str, bodies: Vec<String>) -> Result<(), OutboxError> {
        let entries = bodies
            .into_iter()
            .enumerate()
            .map(|(at, body)| {
                SendMessageBatchRequestEntry::builder()
                    .id(at.to_string())
                    .message_body(body)
                    .build()
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| OutboxError::Send(error.into()))?;
        let sent = self
            .client
            .send_message_batch()
            .queue_url(queue_url)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| OutboxError::Send(error.into()))?;
        match sent.failed.len() {
            0 => Ok(()),
            failed => Err(OutboxError::Refused(failed)),
        }
    }
}
