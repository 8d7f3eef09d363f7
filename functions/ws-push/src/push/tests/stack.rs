//! The running stack, as these tests use it.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName, QueueAttributeName,
};
use domain::{
    event::{Capacity, EventDetails, EventStatus, Organizer},
    guest_list::bucket::bucket_count,
    id::UserId,
    schedule::{Schedule, ZoneName, parse_time},
    text::{Description, PersonName, Title, Venue},
};
use uuid::Uuid;

use super::*;

/// `target/local/stack.json`.
pub(super) struct Stack {
    pub(super) aws: SdkConfig,
    pub(super) table: String,
    /// Of the emulator's API Gateway.
    connections_url: String,
}

impl Stack {
    pub(super) fn read() -> Self {
        let path = std::env::var("EM_CONNECT_STACK")
            .expect("this test needs a running stack: run `cargo xtask test`");
        let stack: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let text = |name: &str| stack[name].as_str().unwrap().to_owned();
        let credentials = Credentials::new("test", "test", None, None, "tests");
        Self {
            aws: SdkConfig::builder()
                .behavior_version(BehaviorVersion::latest())
                .endpoint_url(text("endpointUrl"))
                .region(Region::new(text("region")))
                .credentials_provider(SharedCredentialsProvider::new(credentials))
                .build(),
            table: text("tableName"),
            connections_url: text("wsUrl").replacen("ws", "http", 1),
        }
    }

    /// A process of the function, with clients of its own.
    pub(super) fn push(&self, queue: &OwnQueue) -> Push {
        let client = aws_sdk_dynamodb::Client::new(&self.aws);
        Push {
            store: Store::new(client, &self.table),
            gateway: Gateway::new(&self.aws, &self.connections_url),
            queue: Queue::new(aws_sdk_sqs::Client::new(&self.aws), &queue.url),
        }
    }
}

/// A queue like `push`, that nobody else reads.
pub(super) struct OwnQueue {
    client: aws_sdk_sqs::Client,
    pub(super) url: String,
}

impl OwnQueue {
    pub(super) async fn make(stack: &Stack) -> Self {
        let client = aws_sdk_sqs::Client::new(&stack.aws);
        let made = client
            .create_queue()
            .queue_name(format!("ws-push-test-{}.fifo", Uuid::now_v7().simple()))
            .attributes(QueueAttributeName::FifoQueue, "true")
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

    /// All messages that are there, as the function gets them.
    pub(super) async fn take(&self) -> Vec<SqsMessage> {
        let mut taken = Vec::new();
        loop {
            let received = self
                .client
                .receive_message()
                .queue_url(&self.url)
                .max_number_of_messages(10)
                .message_system_attribute_names(MessageSystemAttributeName::All)
                .send()
                .await
                .unwrap();
            let received = received.messages.unwrap_or_default();
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

fn delivered(received: Message) -> SqsMessage {
    let mut message = SqsMessage::default();
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

/// A published event, without its guest list.
pub(super) fn event(capacity: u32) -> Event {
    let now = clock::now();
    Event {
        id: EventId::from_uuid(Uuid::now_v7()),
        organizer: Organizer {
            id: UserId::from_uuid(Uuid::now_v7()),
            name: PersonName::parse("Ada").unwrap(),
        },
        details: EventDetails {
            title: Title::parse("Live").unwrap(),
            description: Description::parse("").unwrap(),
            venue: Venue::parse("Studio").unwrap(),
            schedule: Schedule {
                starts_at: parse_time("2090-01-01T00:00:00Z").unwrap(),
                ends_at: parse_time("2090-01-01T02:00:00Z").unwrap(),
                timezone: ZoneName::parse("UTC").unwrap(),
                registration_opens_at: None,
                registration_closes_at: None,
                doors_open_at: None,
            },
            capacity: Capacity::try_from(capacity).unwrap(),
            category: None,
            tags: vec![],
        },
        status: EventStatus::Published,
        cancel_reason: None,
        bucket_count: bucket_count(capacity),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
