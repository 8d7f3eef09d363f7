//! The queues that a function reads: a message that can never be processed goes aside, one that failed comes again soon.

use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_sqs::{
    Client,
    types::{ChangeMessageVisibilityBatchRequestEntry, MessageAttributeValue},
};
use serde::Deserialize;

use crate::{MESSAGES_PER_CALL, SendError};

/// Name of the message attribute that says why a dead letter was set aside.
pub const REASON: &str = "reason";
/// Characters of the longest reason.
const MAX_REASON: usize = 500;

/// The queues that a function reads, by the names of the environment variable `QUEUES`:
/// `{"live": {"url": "…", "deadLetterUrl": "…"}, …}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Sources(pub BTreeMap<String, Source>);

/// A queue and its dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// Address of the queue.
    pub url: String,
    /// Address of its dead-letter queue.
    pub dead_letter_url: String,
}

impl std::str::FromStr for Sources {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// A client that is made when it is first used: making one is a tenth of a start, and most processes set nothing aside.
type LazyClient = LazyLock<Client, Box<dyn FnOnce() -> Client + Send>>;

/// The queues that a function reads.
#[derive(Debug)]
pub struct Inbox {
    client: LazyClient,
    sources: Sources,
    longest_waits: &'static [(&'static str, u64)],
}

/// A message could not be set aside.
#[derive(Debug, thiserror::Error)]
pub enum AsideError {
    /// The message came from a queue that `QUEUES` does not name.
    #[error("the message is of no queue of this function")]
    UnknownQueue,
    /// The dead-letter queue did not take it.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl Inbox {
    /// The queues of `sources`, through the client that `make_client` makes.
    ///
    /// `longest_waits`: the queues by name whose failed messages come again after a wait that grows with every
    /// reception, up to so many seconds. A failed message of any other queue comes again when its visibility timeout
    /// ends.
    #[must_use]
    pub fn new(
        make_client: impl FnOnce() -> Client + Send + 'static,
        sources: Sources,
        longest_waits: &'static [(&'static str, u64)],
    ) -> Self {
        Self {
            client: LazyLock::new(Box::new(make_client)),
            sources,
            longest_waits,
        }
    }

    /// The queue that brought a message, by name. An ARN ends in the queue's name, and so does its address.
    fn source(&self, message: &SqsMessage) -> Option<(&str, &Source)> {
        let arn = message.event_source_arn.as_deref()?;
        let queue = arn.rsplit(':').next();
        let mut sources = self.sources.0.iter();
        let (name, source) = sources.find(|(_, source)| source.url.rsplit('/').next() == queue)?;
        Some((name, source))
    }

    /// Sends a message to the dead-letter queue of its queue, with the reason. The message itself then counts as done.
    ///
    /// # Errors
    /// The message must come again: its dead-letter queue is not known, or did not take it.
    pub async fn set_aside(&self, message: &SqsMessage, reason: &str) -> Result<(), AsideError> {
        let (_, source) = self.source(message).ok_or(AsideError::UnknownQueue)?;
        let body = message.body.as_deref().unwrap_or_default();
        let group = message.attributes.get("MessageGroupId").cloned();
        // A FIFO queue drops the second letter of a message whose first answer was lost.
        let name = group.as_ref().and(message.message_id.clone());
        self.bury(&source.dead_letter_url, body, reason, group, name)
            .await?;
        Ok(())
    }

    /// Sends a body that came in no message of its own to the dead-letter queue of the queue `name`, with the reason.
    ///
    /// # Errors
    /// The dead-letter queue is not known, or did not take it.
    pub async fn bury_for(&self, name: &str, body: &str, reason: &str) -> Result<(), AsideError> {
        let source = self.sources.0.get(name).ok_or(AsideError::UnknownQueue)?;
        self.bury(&source.dead_letter_url, body, reason, None, None)
            .await?;
        Ok(())
    }

    async fn bury(
        &self,
        url: &str,
        body: &str,
        reason: &str,
        group: Option<String>,
        name: Option<String>,
    ) -> Result<(), SendError> {
        let reason: String = reason.chars().take(MAX_REASON).collect();
        let reason = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(reason)
            .build()
            .map_err(SendError::of)?;
        self.client
            .send_message()
            .queue_url(url)
            .message_body(body)
            .message_attributes(REASON, reason)
            .set_message_group_id(group)
            .set_message_deduplication_id(name)
            .send()
            .await
            .map_err(SendError::of)?;
        Ok(())
    }

    /// Lets failed messages of one queue come again after a wait that grows with the receptions of the first. In a
    /// FIFO queue these are a message and all that follow it in its group: the group stays locked as long as one of
    /// them is hidden.
    ///
    /// # Errors
    /// Not all of them could be handed back. Those come again when their visibility timeout ends.
    pub async fn hand_back(&self, messages: &[&SqsMessage]) -> Result<(), SendError> {
        let Some((first, source, longest)) = self.to_hand_back(messages) else {
            return Ok(());
        };
        let wait = wait(receptions(first), longest, fastrand::f64());
        let seconds = i32::try_from(wait.as_secs()).unwrap_or(i32::MAX);
        for messages in messages.chunks(MESSAGES_PER_CALL) {
            let entry = |(at, message): (usize, &&SqsMessage)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(at.to_string())
                    .set_receipt_handle(message.receipt_handle.clone())
                    .visibility_timeout(seconds)
                    .build()
                    .map_err(SendError::of)
            };
            let entries = messages.iter().enumerate().map(entry);
            let handed_back = self
                .client
                .change_message_visibility_batch()
                .queue_url(&source.url)
                .set_entries(Some(entries.collect::<Result<_, _>>()?))
                .send()
                .await
                .map_err(SendError::of)?;
            if !handed_back.failed.is_empty() {
                return Err(SendError::Refused(handed_back.failed.len()));
            }
        }
        Ok(())
    }

    fn to_hand_back<'a>(
        &self,
        messages: &[&'a SqsMessage],
    ) -> Option<(&'a SqsMessage, &Source, u64)> {
        let first = *messages.first()?;
        let (name, source) = self.source(first)?;
        let mut waits = self.longest_waits.iter();
        let (_, longest) = waits.find(|(queue, _)| *queue == name)?;
        Some((first, source, *longest))
    }
}

/// The number of times that a message was received, this time included.
fn receptions(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// An exponential wait with jitter, from one to `longest` seconds ("Exponential backoff and jitter", AWS Architecture
/// Blog, 2015). `luck`: from 0 to 1.
fn wait(receptions: u32, longest: u64, luck: f64) -> Duration {
    let most = 2u64.saturating_pow(receptions.min(16)).min(longest);
    let half = Duration::from_secs(most) / 2;
    (half + half.mul_f64(luck)).max(Duration::from_secs(1))
}

#[cfg(test)]
mod tests;
