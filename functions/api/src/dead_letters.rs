//! Dead letters: messages that could not be processed, and their way back.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use jiff::Timestamp;
use messages::{LiveDue, MailDue, SeatChanged};
use serde::Deserialize;

use crate::{depth::Depth, problem::ApiError, sqs::Sqs};

/// Messages of one call, the most that SQS takes.
const MESSAGES_PER_CALL: i32 = 10;
/// How long messages that are looked at, or on their way back, are hidden from others.
const HIDDEN_SECONDS: i32 = 20;
/// How long a redrive may take; what is left is for the next one.
const REDRIVE_TIME: Duration = Duration::from_secs(15);

/// Queues and their dead letters, by name.
#[derive(Debug)]
pub(crate) struct DeadLetters {
    client: Sqs,
    queues: Queues,
}

/// The environment's `QUEUES`: `{"tickets": {"url": "…", "deadLetterUrl": "…"}, …}`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Queues(pub(crate) BTreeMap<String, Queue>);

/// A queue and its dead letters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Queue {
    /// Where its dead letters can go again; `None`: nowhere, as for records of a stream.
    pub(crate) url: Option<String>,
    pub(crate) dead_letter_url: String,
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

/// A dead letter, without what it says of persons.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    /// Why it lies there, where somebody said so.
    pub(crate) reason: Option<String>,
    pub(crate) kind: &'static str,
}

/// A queue could not be asked, or written.
#[derive(Debug, thiserror::Error)]
#[error("a queue is away")]
pub(crate) struct QueueError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl QueueError {
    pub(crate) fn of(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}

/// What became of a redrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redrive {
    /// So many went back to their queue.
    Moved(u32),
    /// They have no queue to go back to.
    NoWayBack,
    /// There is no such queue.
    NoSuchQueue,
}

impl DeadLetters {
    pub(crate) fn new(client: Sqs, queues: Queues) -> Self {
        Self { client, queues }
    }

    /// All piles, with a few samples each.
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
        let depth = Depth::of(&self.client, url).await?.all();
        let letters = self.receive(url).await?;
        let samples = letters.iter().map(sample).collect();
        self.put_back(url, letters).await;
        Ok(Pile {
            queue: queue.to_owned(),
            depth,
            samples,
        })
    }

    /// Puts letters back on the pile at once; if that fails, they come back in a few seconds.
    async fn put_back(&self, url: &str, letters: Vec<Message>) {
        for letter in letters {
            let _ = self
                .client
                .change_message_visibility()
                .queue_url(url)
                .set_receipt_handle(letter.receipt_handle)
                .visibility_timeout(0)
                .send()
                .await;
        }
    }

    /// Sends dead letters back to their queue, as many as there is time for. If there are any, `note` is called once before
    /// the first goes, with their number, about; unless it succeeds, none goes.
    ///
    /// A letter is sent before it is taken off the pile: it may come twice, which every consumer bears, but is never lost.
    ///
    /// # Errors
    /// A queue is away; some may have gone back. Or `note` failed.
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
        let depth = Depth::of(&self.client, &queue.dead_letter_url).await?.all();
        let mut letters = self.receive(&queue.dead_letter_url).await?;
        if letters.is_empty() {
            return Ok(Redrive::Moved(0));
        }
        if let Err(error) = note(depth).await {
            self.put_back(&queue.dead_letter_url, letters).await;
            return Err(error);
        }
        let mut moved = 0;
        loop {
            for letter in letters {
                let group = group(&letter);
                // A name of its own: under its old one, a queue that keeps an order might drop it.
                let name = group.as_ref().and(letter.message_id.clone());
                self.client
                    .send_message()
                    .queue_url(url)
                    .message_body(letter.body.unwrap_or_default())
                    .set_message_group_id(group)
                    .set_message_deduplication_id(name)
                    .send()
                    .await
                    .map_err(QueueError::of)?;
                self.client
                    .delete_message()
                    .queue_url(&queue.dead_letter_url)
                    .set_receipt_handle(letter.receipt_handle)
                    .send()
                    .await
                    .map_err(QueueError::of)?;
                moved += 1;
            }
            if begun.elapsed() >= REDRIVE_TIME {
                break;
            }
            letters = self.receive(&queue.dead_letter_url).await?;
            if letters.is_empty() {
                break;
            }
        }
        Ok(Redrive::Moved(moved))
    }

    async fn receive(&self, url: &str) -> Result<Vec<Message>, QueueError> {
        let received = self
            .client
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(MESSAGES_PER_CALL)
            .visibility_timeout(HIDDEN_SECONDS)
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
            .message_system_attribute_names(MessageSystemAttributeName::MessageGroupId)
            .message_attribute_names("reason")
            .send()
            .await
            .map_err(QueueError::of)?;
        Ok(received.messages.unwrap_or_default())
    }
}

/// The group of a letter whose queue keeps an order.
fn group(letter: &Message) -> Option<String> {
    let attributes = letter.attributes.as_ref()?;
    attributes
        .get(&MessageSystemAttributeName::MessageGroupId)
        .cloned()
}

fn sample(letter: &Message) -> Sample {
    let sent = letter
        .attributes
        .as_ref()
        .and_then(|attributes| attributes.get(&MessageSystemAttributeName::SentTimestamp))
        .and_then(|at| at.parse().ok())
        .and_then(|at| Timestamp::from_millisecond(at).ok());
    let reason = letter
        .message_attributes
        .as_ref()
        .and_then(|attributes| attributes.get("reason"))
        .and_then(|reason| reason.string_value.clone());
    let body = letter.body.as_deref().unwrap_or_default();
    Sample {
        id: letter.message_id.clone().unwrap_or_default(),
        at: sent.unwrap_or_default(),
        reason: reason.or_else(|| stated_reason(body)),
        kind: kind(body),
    }
}

/// What kind of message it is.
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

/// The reason that a record parked by the relay carries in itself.
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
