//! Dead letters: messages that could not be processed, and their way back.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use messages::{LiveDue, MailDue, SeatChanged};
use queues::{Broker, Message, Outgoing, QueueError};
use serde::Deserialize;

use crate::problem::ApiError;

/// Time for which messages are hidden from others while they are looked at or sent back.
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
    /// The address of the queue, to which dead letters can go again; `None`: they cannot, as for records of a stream.
    pub url: Option<String>,
    /// The address of its dead-letter queue.
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
    /// The reason why it was set aside, if it has one.
    pub(crate) reason: Option<String>,
    pub(crate) kind: &'static str,
}

/// What became of a redrive.
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
    /// A queue is away.
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

    /// Makes letters visible again at once. If that fails, they are visible again when [`HIDDEN`] is over.
    async fn put_back(&self, url: &str, letters: Vec<Message>) {
        let receipts = letters.into_iter().map(|letter| letter.receipt).collect();
        let _ = self.broker.hide(url, receipts, Duration::ZERO).await;
    }

    /// Sends dead letters back to their queue, as many as there is time for. If there are any, `note` is called once before
    /// the first goes, with their approximate number. If `note` fails, none goes.
    ///
    /// A letter is sent before it is deleted from the dead-letter queue: it may come twice, which every consumer bears, but is
    /// never lost.
    ///
    /// # Errors
    /// A queue is away, and some letters may have gone back; or `note` failed.
    pub(crate) async fn redrive(
        &self,
        name: &str,
        note: impl AsyncFnOnce(u32) -> Result<(), ApiError>,
    ) -> Result<Redrive, ApiError> {
        let Some(queue) = self.queues.0.get(name) else {
            return Ok(Redrive::NoSuchQueue);
        };
        let Some(url) = &queue.url else {
            return Ok(Redrive::NoWayBack);
        };
        let begun = tokio::time::Instant::now();
        let pile = &queue.dead_letter_url;
        let depth = self.broker.depth(pile).await?.all();
        let mut letters = self.broker.receive(pile, HIDDEN).await?;
        if letters.is_empty() {
            return Ok(Redrive::Moved(0));
        }
        if let Err(error) = note(depth).await {
            self.put_back(pile, letters).await;
            return Err(error);
        }
        let mut moved = 0;
        loop {
            for letter in letters {
                // It gets a new name. A queue that keeps an order might drop it under its old one.
                let name = letter.group.as_ref().map(|_| letter.id);
                let again = Outgoing {
                    body: letter.body,
                    group: letter.group,
                    deduplication_id: name,
                    ..Outgoing::default()
                };
                let sent = self.broker.send(url, vec![again]).await;
                sent.map_err(QueueError::from)?;
                self.broker.delete(pile, letter.receipt).await?;
                moved += 1;
            }
            if begun.elapsed() >= REDRIVE_TIME {
                break;
            }
            letters = self.broker.receive(pile, HIDDEN).await?;
            if letters.is_empty() {
                break;
            }
        }
        Ok(Redrive::Moved(moved))
    }
}

fn sample(letter: &Message) -> Sample {
    let reason = letter.reason.clone();
    Sample {
        id: letter.id.clone(),
        at: letter.sent_at.unwrap_or_default(),
        reason: reason.or_else(|| stated_reason(&letter.body)),
        kind: kind(&letter.body),
    }
}

/// Returns the kind of a message, by its body.
fn kind(body: &str) -> &'static str {
    if let Ok(mail) = serde_json::from_str::<MailDue>(body) {
        return match mail {
            MailDue::Account { .. } => "account-mail",
            MailDue::Registrant { .. } => "registration-mail",
            MailDue::Organizer { .. } => "organizer-mail",
            MailDue::Audience { .. } => "event-mail",
        };
    }
    if serde_json::from_str::<LiveDue>(body).is_ok() {
        return "live";
    }
    if serde_json::from_str::<SeatChanged>(body).is_ok() {
        return "seat-changed";
    }
    match serde_json::from_str::<serde_json::Value>(body) {
        Ok(value) if value.get("eventType").is_some() => "mail-feedback",
        Ok(value) if value.get("sequenceNumber").is_some() => "stream-record",
        Ok(value) if value.get("DDBStreamBatchInfo").is_some() => "stream-batch",
        _ => "unreadable",
    }
}

/// Returns the reason in the body of a record that the relay parked.
fn stated_reason(body: &str) -> Option<String> {
    let record: messages::ParkedRecord = serde_json::from_str(body).ok()?;
    Some(record.reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_known_by_their_kind() {
        for (body, expected) in [
            (
                r#"{"to":"audience","eventId":"evt_01h455vb4pex5vsknk084sn02q","audience":"everybody","about":{"kind":"cancelled","version":3},"requestId":"r1"}"#,
                "event-mail",
            ),
            (
                r#"{"eventId":"evt_01h455vb4pex5vsknk084sn02q","userId":"usr_01h455vb4pex5vsknk084sn02r","requestId":"r1"}"#,
                "seat-changed",
            ),
            (
                r#"{"kind":"tick","eventId":"evt_01h455vb4pex5vsknk084sn02q","tick":7}"#,
                "live",
            ),
            (r#"{"eventType":"Bounce"}"#, "mail-feedback"),
            ("not json", "unreadable"),
            ("{}", "unreadable"),
        ] {
            assert_eq!(kind(body), expected, "{body}");
        }
    }

    #[test]
    fn the_environment_names_the_queues() {
        let queues: Queues =
            r#"{"mail":{"url":"m","deadLetterUrl":"d"},"relay":{"url":null,"deadLetterUrl":"r"}}"#
                .parse()
                .unwrap();
        assert_eq!(queues.0["relay"].url, None);
        assert!("{\"mail\":{}}".parse::<Queues>().is_err());
    }
}
