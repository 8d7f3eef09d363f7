//! Dead letters, which are messages that could not be processed, and their redrive.

mod kind;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bootstrap::clock;
use jiff::Timestamp;
pub(crate) use kind::LetterKind;
use queues::{Broker, Message, Outgoing, QueueError};
use serde::Deserialize;

/// Time for which messages are hidden from others while they are read or sent back.
const HIDDEN: Duration = Duration::from_secs(20);
/// Time that a redrive may take. The messages that are left wait for the next one.
const REDRIVE_TIME: Duration = Duration::from_secs(15);

/// Queues and their dead letters, by name.
#[derive(Debug)]
pub(crate) struct DeadLetters {
    broker: Arc<dyn Broker>,
    queues: Queues,
}

/// The queues of a deployment, by name, as the environment variable `QUEUES` has them:
/// `{"tickets": {"url": "…", "deadLetterUrl": "…"}, …}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Queues(pub BTreeMap<String, Queue>);

/// A queue and its dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Queue {
    /// The address of the queue to which dead letters can be sent back; `None`: they cannot be sent back, as with records of a
    /// stream.
    pub url: Option<String>,
    /// The address of the dead-letter queue.
    pub dead_letter_url: String,
}

impl std::str::FromStr for Queues {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// A queue's dead letters.
#[derive(Debug)]
pub(crate) struct Pile {
    pub(crate) queue: String,
    /// Approximate number of messages.
    pub(crate) depth: u32,
    pub(crate) samples: Vec<Sample>,
}

/// A dead letter, without its body, which may name persons.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    /// The reason why the message was set aside, if it has one.
    pub(crate) reason: Option<String>,
    pub(crate) kind: LetterKind,
}

/// The outcome of a redrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redrive {
    /// This number of letters went back to their queue.
    Moved(u32),
    /// The letters have no queue to go back to.
    NoWayBack,
    /// There is no such queue.
    NoSuchQueue,
}

impl DeadLetters {
    pub(crate) fn new(broker: Arc<dyn Broker>, queues: Queues) -> Self {
        Self { broker, queues }
    }

    /// Returns the dead letters of all queues, with a few samples each.
    ///
    /// # Errors
    /// A queue is unavailable.
    pub(crate) async fn piles(&self) -> Result<Vec<Pile>, QueueError> {
        let piles = self
            .queues
            .0
            .iter()
            .map(|(name, queue)| self.pile(name, &queue.dead_letter_url));
        futures::future::try_join_all(piles).await
    }

    async fn pile(&self, queue: &str, url: &str) -> Result<Pile, QueueError> {
        let depth = self.broker.depth(url).await?.all();
        let letters = self.broker.receive(url, HIDDEN).await?;
        let samples = letters.iter().map(sample).collect();
        self.put_back(url, letters).await;
        Ok(Pile {
            queue: queue.to_owned(),
            depth,
            samples,
        })
    }

    /// Makes letters visible again immediately. If that fails, they are visible again when [`HIDDEN`] is over.
    async fn put_back(&self, url: &str, letters: Vec<Message>) {
        let receipts = letters.into_iter().map(|letter| letter.receipt).collect();
        let _ = self.broker.hide(url, receipts, Duration::ZERO).await;
    }

    /// Sends dead letters back to their queue, as many as there is time for. If there are any, calls `note` once before the
    /// first is sent, with the most that will be sent. If `note` fails, none is sent.
    ///
    /// Only letters from before the call are sent back. A letter that still cannot be processed returns within milliseconds as
    /// a new one; such letters are hidden until the call ends, and wait for the next call.
    ///
    /// A letter is sent before it is deleted from the dead-letter queue. So it may be delivered twice, which every consumer
    /// tolerates, but is never lost.
    ///
    /// # Errors
    /// A queue is unavailable, and some letters may have been sent back; or `note` failed.
    pub(crate) async fn redrive<E: From<QueueError>>(
        &self,
        name: &str,
        note: impl AsyncFnOnce(u32) -> Result<(), E>,
    ) -> Result<Redrive, E> {
        let Some(queue) = self.queues.0.get(name) else {
            return Ok(Redrive::NoSuchQueue);
        };
        let Some(url) = &queue.url else {
            return Ok(Redrive::NoWayBack);
        };
        let (since, begun) = (tokio::time::Instant::now(), clock::now());
        let pile = &queue.dead_letter_url;
        let depth = self.broker.depth(pile).await?.all();
        let mut newer = Vec::new();
        let mut letters = self.older(pile, begun, &mut newer).await?;
        // The depth is approximate, and may leave out letters that arrived a moment ago.
        let most = u32::try_from(letters.len()).map_or(depth, |found| depth.max(found));
        let mut moved = 0;
        if !letters.is_empty()
            && let Err(error) = note(most).await
        {
            letters.append(&mut newer);
            self.put_back(pile, letters).await;
            return Err(error);
        }
        while !letters.is_empty() && moved < most {
            for letter in letters.drain(..) {
                if moved == most {
                    newer.push(letter);
                    continue;
                }
                self.move_back(letter, pile, url).await?;
                moved += 1;
            }
            if moved < most && since.elapsed() < REDRIVE_TIME {
                letters = self.older(pile, begun, &mut newer).await?;
            }
        }
        self.put_back(pile, newer).await;
        Ok(Redrive::Moved(moved))
    }

    /// Receives letters that were put on the queue before `begun`; others that it receives go to `newer`. Returns no letter if
    /// none is left.
    async fn older(
        &self,
        pile: &str,
        begun: Timestamp,
        newer: &mut Vec<Message>,
    ) -> Result<Vec<Message>, QueueError> {
        loop {
            let received = self.broker.receive(pile, HIDDEN).await?;
            let is_last = received.is_empty();
            let is_older = |letter: &Message| letter.sent_at.is_none_or(|sent| sent < begun);
            let (older, others): (Vec<_>, Vec<_>) = received.into_iter().partition(is_older);
            newer.extend(others);
            if is_last || !older.is_empty() {
                return Ok(older);
            }
        }
    }

    async fn move_back(&self, letter: Message, pile: &str, url: &str) -> Result<(), QueueError> {
        // The message gets a new deduplication id, because a FIFO queue might drop it under the old one.
        let name = letter.group.as_ref().map(|_| letter.id);
        let again = Outgoing {
            body: letter.body,
            group: letter.group,
            deduplication_id: name,
            ..Outgoing::default()
        };
        self.broker.send(url, vec![again]).await?;
        self.broker.delete(pile, letter.receipt).await
    }
}

fn sample(letter: &Message) -> Sample {
    let reason = letter.reason.clone();
    Sample {
        id: letter.id.clone(),
        at: letter.sent_at.unwrap_or_default(),
        reason: reason.or_else(|| stated_reason(&letter.body)),
        kind: LetterKind::of(&letter.body),
    }
}

/// Returns the reason in the body of a record that the relay parked.
fn stated_reason(body: &str) -> Option<String> {
    let record: messages::ParkedRecord = serde_json::from_str(body).ok()?;
    Some(record.reason)
}
