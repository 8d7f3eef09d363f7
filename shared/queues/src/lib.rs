//! SQS queues. Writing: every message, or an error. Reading: a message that can never be processed is set aside.

mod inbox;
mod unreadable;

use std::collections::HashSet;

use aws_sdk_sqs::{
    Client,
    types::{SendMessageBatchRequestEntry, builders::SendMessageBatchRequestEntryBuilder},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

pub use inbox::{AsideError, Inbox, REASON, Source, Sources};
pub use unreadable::{Unreadable, read};

/// Messages of one call, the most that SQS takes.
const MESSAGES_PER_CALL: usize = 10;
/// Calls under way at once.
const CALLS_AT_ONCE: usize = 8;

/// A queue.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
}

/// A message of a queue that keeps an order (FIFO).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered<M> {
    /// Messages of one group come one after the other, in the order in which they were sent.
    pub group: String,
    /// Of messages with the same name only the first is delivered, for five minutes.
    pub name: String,
    /// What is sent.
    pub message: M,
}

/// Not every message could be sent; sending all of them again does no harm that the queue's consumer does not bear.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A call failed.
    #[error("a message could not be sent")]
    Call(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The queue took a call, but not all of its messages.
    #[error("{0} messages of a call were refused")]
    Refused(usize),
}

impl SendError {
    fn of(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Call(Box::new(error))
    }
}

impl Queue {
    /// The queue at `url`, through `client`.
    #[must_use]
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self {
            client,
            url: url.into(),
        }
    }

    /// Sends all messages, in any order.
    ///
    /// # Errors
    /// Not all of them could be.
    pub async fn send(&self, messages: &[impl Serialize]) -> Result<(), SendError> {
        let entries = messages.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        self.send_entries(entries, CALLS_AT_ONCE).await
    }

    /// Sends all messages to a queue that keeps an order; those of a group in the order of the slice.
    ///
    /// # Errors
    /// Not all of them could be.
    pub async fn send_in_order<M: Serialize>(
        &self,
        messages: &[Ordered<M>],
    ) -> Result<(), SendError> {
        let entry = |ordered: &Ordered<M>| {
            Ok(entry(&ordered.message)?
                .message_group_id(&ordered.group)
                .message_deduplication_id(&ordered.name))
        };
        let entries = messages
            .iter()
            .map(entry)
            .collect::<Result<Vec<_>, SendError>>()?;
        let groups: HashSet<&str> = messages.iter().map(|sent| sent.group.as_str()).collect();
        // Calls that overtake each other change no order where each message has a group of its own.
        let calls_at_once = if groups.len() == messages.len() {
            CALLS_AT_ONCE
        } else {
            1
        };
        self.send_entries(entries, calls_at_once).await
    }

    async fn send_entries(
        &self,
        entries: Vec<SendMessageBatchRequestEntryBuilder>,
        calls_at_once: usize,
    ) -> Result<(), SendError> {
        let calls: Vec<_> = entries
            .chunks(MESSAGES_PER_CALL)
            .map(<[_]>::to_vec)
            .collect();
        stream::iter(calls)
            .map(|entries| self.call(entries))
            .buffered(calls_at_once)
            .try_collect()
            .await
    }

    async fn call(
        &self,
        entries: Vec<SendMessageBatchRequestEntryBuilder>,
    ) -> Result<(), SendError> {
        let entries = entries
            .into_iter()
            .enumerate()
            .map(|(at, entry)| entry.id(at.to_string()).build())
            .collect::<Result<Vec<SendMessageBatchRequestEntry>, _>>()
            .map_err(SendError::of)?;
        let sent = self
            .client
            .send_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(SendError::of)?;
        match sent.failed.len() {
            0 => Ok(()),
            failed => Err(SendError::Refused(failed)),
        }
    }
}

fn entry(message: &impl Serialize) -> Result<SendMessageBatchRequestEntryBuilder, SendError> {
    let body = serde_json::to_string(message).map_err(SendError::of)?;
    Ok(SendMessageBatchRequestEntry::builder().message_body(body))
}
