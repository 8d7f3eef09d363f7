//! Implements the ports to the queues with Amazon SQS.

mod message;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
    time::Duration,
};

use aws_sdk_sqs::{
    Client,
    types::{
        ChangeMessageVisibilityBatchRequestEntry, MessageSystemAttributeName, QueueAttributeName,
        SendMessageBatchRequestEntry,
    },
};
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::BoxFuture, stream};

use crate::{Broker, Consumer, Depth, Message, Outgoing, Producer, QueueError, SendError};

pub use message::{REASON, name_of_arn, noted};

/// The maximum number of messages that one call to SQS sends or hides.
const MESSAGES_PER_CALL: usize = 10;
/// The maximum number of concurrent calls to SQS for one list of messages.
const CALLS_AT_ONCE: usize = 8;

/// The queues of SQS. Each queue is identified by its URL.
#[derive(Debug)]
pub struct Sqs(LazyLock<Client, Box<dyn FnOnce() -> Client + Send>>);

impl Sqs {
    /// Returns access to the queues of SQS through `client`.
    #[must_use]
    pub fn new(client: Client) -> Self {
        let sqs = Self::lazy(|| client);
        LazyLock::force(&sqs.0);
        sqs
    }

    /// Returns access to the queues of SQS. `make` creates the client when the first call needs it. Creating a client takes a
    /// tenth of a process's start-up time, and most processes that use this constructor make no call.
    #[must_use]
    pub fn lazy(make: impl FnOnce() -> Client + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(make)))
    }

    async fn send_all(&self, queue: &str, messages: Vec<Outgoing>) -> Result<(), SendError> {
        let calls_at_once = calls_at_once(&messages);
        let entries = messages.into_iter().enumerate().map(|(at, message)| {
            let entry = message::entry(message)?;
            let id = (at % MESSAGES_PER_CALL).to_string();
            entry.id(id).build().map_err(SendError::of)
        });
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        stream::iter(entries)
            .chunks(MESSAGES_PER_CALL)
            .map(|entries| self.send_call(queue, entries))
            .buffered(calls_at_once)
            .try_collect()
            .await
    }

    async fn send_call(
        &self,
        queue: &str,
        entries: Vec<SendMessageBatchRequestEntry>,
    ) -> Result<(), SendError> {
        let sent = self
            .0
            .send_message_batch()
            .queue_url(queue)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(SendError::of)?;
        none_refused(sent.failed.len())
    }

    async fn hide_all(
        &self,
        queue: &str,
        receipts: Vec<String>,
        time: Duration,
    ) -> Result<(), SendError> {
        let seconds = seconds(time);
        for receipts in receipts.chunks(MESSAGES_PER_CALL) {
            let entry = |(at, receipt): (usize, &String)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(at.to_string())
                    .receipt_handle(receipt)
                    .visibility_timeout(seconds)
                    .build()
                    .map_err(SendError::of)
            };
            let entries = receipts.iter().enumerate().map(entry);
            let hidden = self
                .0
                .change_message_visibility_batch()
                .queue_url(queue)
                .set_entries(Some(entries.collect::<Result<_, _>>()?))
                .send()
                .await
                .map_err(SendError::of)?;
            none_refused(hidden.failed.len())?;
        }
        Ok(())
    }

    async fn receive_some(
        &self,
        queue: &str,
        hidden: Duration,
    ) -> Result<Vec<Message>, QueueError> {
        let received = self
            .0
            .receive_message()
            .queue_url(queue)
            .max_number_of_messages(i32::try_from(MESSAGES_PER_CALL).unwrap_or(i32::MAX))
            .visibility_timeout(seconds(hidden))
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names(REASON)
            .send()
            .await
            .map_err(QueueError::of)?;
        let received = received.messages.unwrap_or_default();
        let message = |received| message::message(queue, received);
        Ok(received.into_iter().map(message).collect())
    }

    async fn count(&self, queue: &str) -> Result<Depth, QueueError> {
        let answer = self
            .0
            .get_queue_attributes()
            .queue_url(queue)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesDelayed)
            .send()
            .await
            .map_err(QueueError::of)?;
        let attributes: HashMap<_, _> = answer.attributes.unwrap_or_default();
        let count = |name| {
            let count = attributes.get(&name);
            count.and_then(|count| count.parse().ok()).unwrap_or(0)
        };
        Ok(Depth {
            waiting: count(QueueAttributeName::ApproximateNumberOfMessages),
            in_flight: count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            delayed: count(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
        })
    }
}

impl Producer for Sqs {
    fn send<'a>(
        &'a self,
        queue: &'a str,
        messages: Vec<Outgoing>,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        self.send_all(queue, messages).boxed()
    }
}

impl Consumer for Sqs {
    fn hide<'a>(
        &'a self,
        queue: &'a str,
        receipts: Vec<String>,
        time: Duration,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        self.hide_all(queue, receipts, time).boxed()
    }
}

impl Broker for Sqs {
    fn receive<'a>(
        &'a self,
        queue: &'a str,
        hidden: Duration,
    ) -> BoxFuture<'a, Result<Vec<Message>, QueueError>> {
        self.receive_some(queue, hidden).boxed()
    }

    fn delete<'a>(
        &'a self,
        queue: &'a str,
        receipt: String,
    ) -> BoxFuture<'a, Result<(), QueueError>> {
        async move {
            let call = self.0.delete_message().queue_url(queue);
            let deleted = call.receipt_handle(receipt).send().await;
            deleted.map(|_| ()).map_err(QueueError::of)
        }
        .boxed()
    }

    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Depth, QueueError>> {
        self.count(queue).boxed()
    }
}

/// Returns how many calls may send these messages concurrently. If two messages have the same group, the result is one, because
/// concurrent calls could change the order of the two messages.
fn calls_at_once(messages: &[Outgoing]) -> usize {
    let groups = messages.iter().filter_map(|sent| sent.group.as_deref());
    let (mut known, mut groups) = (HashSet::new(), groups);
    if groups.all(|group| known.insert(group)) {
        CALLS_AT_ONCE
    } else {
        1
    }
}

fn none_refused(refused: usize) -> Result<(), SendError> {
    match refused {
        0 => Ok(()),
        refused => Err(SendError::Refused(refused)),
    }
}

fn seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_overtake_each_other_only_where_no_group_is_named_twice() {
        let message = |group: Option<&str>| Outgoing {
            group: group.map(str::to_owned),
            ..Outgoing::default()
        };
        for (groups, expected) in [
            (vec![], CALLS_AT_ONCE),
            (vec![None, None], CALLS_AT_ONCE),
            (vec![Some("a"), Some("b")], CALLS_AT_ONCE),
            (vec![Some("a"), Some("b"), Some("a")], 1),
        ] {
            let messages: Vec<_> = groups.iter().copied().map(message).collect();
            assert_eq!(calls_at_once(&messages), expected, "{groups:?}");
        }
    }
}
