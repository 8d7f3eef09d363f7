//! The running stack, as these tests use it.

use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName,
};
use store::{Account, NewAccount};
use uuid::Uuid;

use super::*;

/// A process of the function, with clients of its own.
pub(super) fn push(stack: &Stack, queue: &OwnQueue) -> Push {
    let connections_url = stack.text("wsUrl").replacen("ws", "http", 1);
    Push {
        store: Store::new(stack.dynamodb(), stack.text("tableName")),
        gateway: Gateway::new(&stack.aws(), &connections_url),
        metrics: Metrics::new("test"),
        queue: Queue::new(aws_sdk_sqs::Client::new(&stack.aws()), &queue.url),
    }
}

/// Makes a draft of this event, and the account of its organizer.
pub(super) async fn make_draft(store: &Store, event: &Event) {
    let account = Account::new(fixtures::user(event.organizer.id), "none".to_owned());
    let made = store
        .create_account(&account, &(&account.user.email).into(), "test")
        .await
        .unwrap();
    assert_eq!(made, NewAccount::Created);
    assert!(store.create_event(event).await.unwrap());
}

/// A queue like `push`, that nobody else reads.
pub(super) struct OwnQueue {
    client: aws_sdk_sqs::Client,
    pub(super) url: String,
}

impl OwnQueue {
    pub(super) async fn make(stack: &Stack) -> Self {
        Self::hiding(stack, 30).await
    }

    /// One that hides a received message for so many seconds.
    pub(super) async fn hiding(stack: &Stack, seconds: u32) -> Self {
        let client = aws_sdk_sqs::Client::new(&stack.aws());
        let made = client
            .create_queue()
            .queue_name(format!("ws-push-test-{}.fifo", Uuid::now_v7().simple()))
            .attributes(QueueAttributeName::FifoQueue, "true")
            .attributes(QueueAttributeName::VisibilityTimeout, seconds.to_string())
            .attributes(QueueAttributeName::DeduplicationScope, "messageGroup")
            .attributes(QueueAttributeName::FifoThroughputLimit, "perMessageGroupId")
            .send()
            .await
            .unwrap();
        Self {
            url: made.queue_url.unwrap(),
            client,
        }
    }

    /// Puts a body on the queue.
    pub(super) async fn send(&self, group: &str, body: &str) {
        let send = self.client.send_message().queue_url(&self.url);
        let send = send
            .message_group_id(group)
            .message_deduplication_id(Uuid::now_v7().to_string());
        send.message_body(body).send().await.unwrap();
    }

    /// The messages that can be received now.
    pub(super) async fn receive(&self) -> Vec<Message> {
        let received = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(10)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await
            .unwrap();
        received.messages.unwrap_or_default()
    }

    /// All messages that are there, as the function gets them.
    pub(super) async fn take(&self) -> Vec<SqsMessage> {
        let mut taken = Vec::new();
        loop {
            let received = self.receive().await;
            if received.is_empty() {
                return taken;
            }
            let entries = received.iter().enumerate().map(|(at, message)| {
                DeleteMessageBatchRequestEntry::builder()
                    .id(at.to_string())
                    .receipt_handle(message.receipt_handle().unwrap())
                    .build()
                    .unwrap()
            });
            let delete = self.client.delete_message_batch().queue_url(&self.url);
            let deleted = delete.set_entries(Some(entries.collect())).send().await;
            assert!(deleted.unwrap().failed.is_empty());
            taken.extend(received.into_iter().map(delivered));
        }
    }

    pub(super) async fn delete(self) {
        let delete = self.client.delete_queue().queue_url(self.url);
        delete.send().await.unwrap();
    }
}

pub(super) fn delivered(received: Message) -> SqsMessage {
    let mut message = SqsMessage::default();
    message.receipt_handle = received.receipt_handle;
    message.message_id = received.message_id;
    message.body = received.body;
    message.attributes = received
        .attributes
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| (name.as_str().to_owned(), value))
        .collect();
    message
}

/// An id like API Gateway's, of 16 characters, that nobody has.
pub(super) fn connection_id() -> String {
    let random: String = std::iter::repeat_with(fastrand::alphanumeric)
        .take(15)
        .collect();
    format!("{random}=")
}
