//! The queues from which a function gets its messages. A message that can never be processed is set aside in the dead-letter
//! queue. A message that failed is retried after a short wait.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::Deserialize;

use crate::{Consumer, Message, Outgoing, SendError};

/// The maximum length of the reason that a dead letter states, in characters.
const MAX_REASON: usize = 500;

/// The queues that a function reads. Each has the name that the environment variable `QUEUES` gives it:
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

/// Why a message could not be set aside.
#[derive(Debug, thiserror::Error)]
pub enum AsideError {
    /// The message came from a queue that `QUEUES` does not name.
    #[error("the message is of no queue of this function")]
    UnknownQueue,
    /// The dead-letter queue did not accept the message.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl Inbox {
    /// Returns an inbox for the queues in `sources`. All calls to these queues go through `consumer`.
    ///
    /// For some queues, `longest_waits` contains the name and a number of seconds: a failed message of this queue waits at most
    /// so long before it is retried. The more often a message was received, the longer it waits. A failed message of any other
    /// queue is retried when its visibility timeout ends.
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

    /// Returns the queue of a message, with its name in `QUEUES`. The queue is the one whose address ends with the queue name
    /// in the message.
    fn source(&self, message: &Message) -> Option<(&str, &Source)> {
        let mut sources = self.sources.0.iter();
        let queue = Some(message.queue.as_str());
        let (name, source) = sources.find(|(_, source)| source.url.rsplit('/').next() == queue)?;
        Some((name, source))
    }

    /// Sends a message that can never be processed to the dead-letter queue of its queue, with the reason. After that, the
    /// original message counts as done.
    ///
    /// # Errors
    /// The dead-letter queue is not known, or did not accept the message. The message must then be retried.
    pub async fn set_aside(&self, message: &Message, reason: &str) -> Result<(), AsideError> {
        let (_, source) = self.source(message).ok_or(AsideError::UnknownQueue)?;
        // If the reply to an earlier attempt to set this message aside was lost, its dead letter exists already. Then a FIFO
        // queue drops the second one.
        let name = message.group.as_ref().map(|_| message.id.clone());
        let letter = Outgoing {
            group: message.group.clone(),
            deduplication_id: name,
            ..letter(message.body.clone(), reason)
        };
        let sent = self.consumer.send(&source.dead_letter_url, vec![letter]);
        Ok(sent.await?)
    }

    /// Puts one part of a larger message, `body`, on the dead-letter queue of the queue `name`, with the reason why this part
    /// can never be processed.
    ///
    /// # Errors
    /// The dead-letter queue is not known, or did not accept the body.
    pub async fn bury_for(&self, name: &str, body: &str, reason: &str) -> Result<(), AsideError> {
        let source = self.sources.0.get(name).ok_or(AsideError::UnknownQueue)?;
        let letter = letter(body.to_owned(), reason);
        let sent = self.consumer.send(&source.dead_letter_url, vec![letter]);
        Ok(sent.await?)
    }

    /// Hides failed messages of one queue for a time, after which they are delivered once more. The more often the first
    /// message was received, the longer they are hidden. On a FIFO queue, the caller passes a message and all later messages of
    /// its group, because the group stays locked as long as one of its messages is hidden.
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

/// Returns a dead letter that has the given body and contains the first 500 characters of the reason.
fn letter(body: String, reason: &str) -> Outgoing {
    Outgoing {
        body,
        reason: Some(reason.chars().take(MAX_REASON).collect()),
        ..Outgoing::default()
    }
}

/// Returns how long a failed message waits before it is retried: an exponential wait with jitter, from one second to `longest`
/// seconds ("Exponential backoff and jitter", AWS Architecture Blog, 2015). `luck` is a random number from 0 to 1.
fn wait(receptions: u32, longest: u64, luck: f64) -> Duration {
    let most = 2u64.saturating_pow(receptions.min(16)).min(longest);
    let half = Duration::from_secs(most) / 2;
    (half + half.mul_f64(luck)).max(Duration::from_secs(1))
}

#[cfg(test)]
mod tests;
