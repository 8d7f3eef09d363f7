//! Lists dead letters (messages that could not be processed), and sends them back to their queues (redrive).

mod kind;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bootstrap::clock;
use jiff::Timestamp;
pub(crate) use kind::LetterKind;
use queues::{Broker, Message, Outgoing, QueueError};
use serde::Deserialize;

/// The time for which a received dead letter is hidden from other readers of its queue.
const HIDDEN: Duration = Duration::from_secs(20);
/// After this time, a redrive sends no further dead letters back. The next redrive sends the remaining ones.
const REDRIVE_TIME: Duration = Duration::from_secs(15);

/// All queues of the deployment, by name, and the broker that gives access to their dead letters.
#[derive(Debug)]
pub(crate) struct DeadLetters {
    broker: Arc<dyn Broker>,
    queues: Queues,
}

/// The queues of a deployment, by name. The environment variable `QUEUES` has this form:
/// `{"tickets": {"url": "…", "deadLetterUrl": "…"}, …}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Queues(pub BTreeMap<String, Queue>);

/// A queue and its dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Queue {
    /// The URL of the queue to which dead letters can be sent back. `None` means that they cannot be sent back, because they
    /// came from a stream and not from a queue.
    pub url: Option<String>,
    /// The URL of the dead-letter queue.
    pub dead_letter_url: String,
}

impl std::str::FromStr for Queues {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// The dead letters of one queue.
#[derive(Debug)]
pub(crate) struct Pile {
    pub(crate) queue: String,
    /// The approximate number of dead letters.
    pub(crate) depth: u32,
    pub(crate) samples: Vec<Sample>,
}

/// A dead letter without its body, because the body may contain names of persons.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    /// Why the message became a dead letter, if the message states a reason.
    pub(crate) reason: Option<String>,
    pub(crate) kind: LetterKind,
}

/// The outcome of a redrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redrive {
    /// This number of dead letters was sent back to their queue.
    Moved(u32),
    /// The dead letters cannot be sent back, because no queue is configured for them.
    NoWayBack,
    /// The deployment has no queue of this name.
    NoSuchQueue,
}

impl DeadLetters {
    pub(crate) fn new(broker: Arc<dyn Broker>, queues: Queues) -> Self {
        Self { broker, queues }
    }

    /// Returns the dead letters of all queues: the number and a few samples for each queue.
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

    /// Makes received dead letters visible to other readers of their queue immediately. If that fails, the letters become
    /// visible when the time [`HIDDEN`] has passed.
    async fn put_back(&self, url: &str, letters: Vec<Message>) {
        let receipts = letters.into_iter().map(|letter| letter.receipt).collect();
        let _ = self.broker.hide(url, receipts, Duration::ZERO).await;
    }

    /// Sends as many dead letters back to their queue as [`REDRIVE_TIME`] allows. Before the first letter is sent, calls `note`
    /// once with the largest number of letters that will be sent. Does not call `note` if there are no dead letters. If `note`
    /// fails, no letter is sent.
    ///
    /// Only letters that were in the dead-letter queue before the call are sent back. A letter that still cannot be processed
    /// returns within milliseconds as a new letter. New letters are hidden until the call ends; the next call can send them
    /// back.
    ///
    /// A letter is sent before it is deleted from the dead-letter queue. So a letter is never lost, but may be delivered twice.
    /// Every consumer tolerates that.
    ///
    /// # Errors
    /// A queue is unavailable (some letters may already have been sent back), or `note` failed.
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
        // The queue reports only its approximate depth, which may not include letters that arrived a moment ago.
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

    /// Receives dead letters. Returns those that were put on the dead-letter queue before `begun`, and adds the newer ones to
    /// `newer`. Returns an empty list if no older letter can be received.
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
        // The message gets a new deduplication id. If it kept its old id, a FIFO queue might drop it as a duplicate.
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

/// Returns the reason that the relay wrote into a parked record; `body` is the record as JSON.
fn stated_reason(body: &str) -> Option<String> {
    let record: messages::ParkedRecord = serde_json::from_str(body).ok()?;
    Some(record.reason)
}
