//! The queues that a function reads. A message that can never be processed is set aside. A message that failed is retried soon.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::Deserialize;

use crate::{Consumer, Message, Outgoing, SendError};

/// The maximum length of a reason, in characters.
const MAX_REASON: usize = 500;

/// The queues that a function reads, with the names that the environment variable `QUEUES` gives them:
/// `{"live": {"url": "…", "deadLetterUrl": "…"}, …}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Sources(pub BTreeMap<String, Source>);

/// A queue and its dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// The address of the queue.
    pub url: String,
    /// The address of the queue's dead-letter queue.
    pub dead_letter_url: String,
}

impl std::str::FromStr for Sources {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// The queues that a function reads. An inbox moves messages to dead-letter queues, and hands messages back to their queues.
#[derive(Debug)]
pub struct Inbox {
    consumer: Arc<dyn Consumer>,
    sources: Sources,
    longest_waits: &'static [(&'static str, u64)],
}

/// The reason why a message could not be set aside.
#[derive(Debug, thiserror::Error)]
pub enum AsideError {
    /// The message came from a queue that `QUEUES` does not name.
    #[error("the message is of no queue of this function")]
    UnknownQueue,
    /// The dead-letter queue did not take the message.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl Inbox {
    /// Returns an inbox for the queues of `sources`, which are reached through `consumer`.
    ///
    /// `longest_waits` contains names of queues, with the longest wait in seconds before a failed message is retried. The wait
    /// grows with every reception. A failed message of any other queue is retried when its visibility timeout ends.
    #[must_use]
    pub fn new(
        consumer: Arc<dyn Consumer>,
        sources: Sources,
        longest_waits: &'static [(&'static str, u64)],
    ) -> Self {
        Self {
            consumer,
            sources,
            longest_waits,
        }
    }

    /// Returns the queue of a message, with its name in `QUEUES`. A queue is found by the last segment of its address.
    fn source(&self, message: &Message) -> Option<(&str, &Source)> {
        let mut sources = self.sources.0.iter();
        let queue = Some(message.queue.as_str());
        let (name, source) = sources.find(|(_, source)| source.url.rsplit('/').next() == queue)?;
        Some((name, source))
    }

    /// Sends a message to the dead-letter queue of its queue, with the reason. The original message then counts as done.
    ///
    /// # Errors
    /// The dead-letter queue is not known, or did not take the message. The message must then be retried.
    pub async fn set_aside(&self, message: &Message, reason: &str) -> Result<(), AsideError> {
        let (_, source) = self.source(message).ok_or(AsideError::UnknownQueue)?;
        // If the reply to an earlier attempt was lost, a FIFO queue drops the second dead letter of the same message.
        let name = message.group.as_ref().map(|_| message.id.clone());
        let letter = Outgoing {
            group: message.group.clone(),
            deduplication_id: name,
            ..letter(message.body.clone(), reason)
        };
        let sent = self.consumer.send(&source.dead_letter_url, vec![letter]);
        Ok(sent.await?)
    }

    /// Puts a body on the dead-letter queue of the queue `name`, with the reason. The body was one part of a larger message.
    ///
    /// # Errors
    /// The dead-letter queue is not known, or did not take the body.
    pub async fn bury_for(&self, name: &str, body: &str, reason: &str) -> Result<(), AsideError> {
        let source = self.sources.0.get(name).ok_or(AsideError::UnknownQueue)?;
        let letter = letter(body.to_owned(), reason);
        let sent = self.consumer.send(&source.dead_letter_url, vec![letter]);
        Ok(sent.await?)
    }

    /// Makes failed messages of one queue visible again after a wait. The more often the first message was received, the longer
    /// the wait. On a FIFO queue, the caller passes a message and all later messages of its group, because the group stays
    /// locked as long as one of its messages is hidden.
    ///
    /// # Errors
    /// Some messages could not be handed back. They are delivered again when their visibility timeout ends.
    pub async fn hand_back(&self, messages: &[&Message]) -> Result<(), SendError> {
        let Some((first, source, longest)) = self.to_hand_back(messages) else {
            return Ok(());
        };
        let wait = wait(first.receive_count, longest, fastrand::f64());
        let receipts = messages.iter().map(|message| message.receipt.clone());
        self.consumer
            .hide(&source.url, receipts.collect(), wait)
            .await
    }

    fn to_hand_back<'a>(&self, messages: &[&'a Message]) -> Option<(&'a Message, &Source, u64)> {
        let first = *messages.first()?;
        let (name, source) = self.source(first)?;
        let mut waits = self.longest_waits.iter();
        let (_, longest) = waits.find(|(queue, _)| *queue == name)?;
        Some((first, source, *longest))
    }
}

/// Returns a dead letter with the given body and the first 500 characters of the reason.
fn letter(body: String, reason: &str) -> Outgoing {
    Outgoing {
        body,
        reason: Some(reason.chars().take(MAX_REASON).collect()),
        ..Outgoing::default()
    }
}

/// Returns an exponential wait with jitter, from one second to `longest` seconds ("Exponential backoff and jitter", AWS
/// Architecture Blog, 2015). `luck` is a random number from 0 to 1.
fn wait(receptions: u32, longest: u64, luck: f64) -> Duration {
    let most = 2u64.saturating_pow(receptions.min(16)).min(longest);
    let half = Duration::from_secs(most) / 2;
    (half + half.mul_f64(luck)).max(Duration::from_secs(1))
}

#[cfg(test)]
mod tests;
