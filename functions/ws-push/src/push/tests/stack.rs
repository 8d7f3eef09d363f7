//! The running stack, as these tests use it.

use std::sync::Arc;

use aws_sdk_sqs::types::QueueAttributeName;
use bootstrap::metrics::emf::Emf;
use gateway::api_gateway::ApiGateway;
use queues::{Broker as _, sqs::Sqs};
use store::{Account, NewAccount};
use uuid::Uuid;

use super::*;

/// A process of the function, with clients of its own.
pub(super) fn push(stack: &Stack, queue: &OwnQueue) -> Push {
    let connections_url = stack.text("wsUrl").replacen("ws", "http", 1);
    Push {
        store: Store::on_dynamodb(stack.dynamodb(), stack.text("tableName")),
        gateway: Gateway::new(Arc::new(ApiGateway::new(&stack.aws(), &connections_url))),
        metrics: Metrics::new(Emf::new("test")),
        queue: Queue::new(sqs(stack), &queue.url),
    }
}

pub(super) fn sqs(stack: &Stack) -> Arc<Sqs> {
    Arc::new(Sqs::new(aws_sdk_sqs::Client::new(&stack.aws())))
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
    sqs: Arc<Sqs>,
    hidden: Duration,
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
            hidden: Duration::from_secs(seconds.into()),
            sqs: sqs(stack),
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
        self.sqs.receive(&self.url, self.hidden).await.unwrap()
    }

    /// All messages that are there.
    pub(super) async fn take(&self) -> Vec<Message> {
        let mut taken = Vec::new();
        loop {
            let received = self.receive().await;
            if received.is_empty() {
                return taken;
            }
            for message in &received {
                let deleted = self.sqs.delete(&self.url, message.receipt.clone()).await;
                deleted.unwrap();
            }
            taken.extend(received);
        }
    }

    pub(super) async fn delete(self) {
        let delete = self.client.delete_queue().queue_url(self.url);
        delete.send().await.unwrap();
    }
}

/// An id like API Gateway's, of 16 characters, that nobody has.
pub(super) fn connection_id() -> String {
    let random: String = std::iter::repeat_with(fastrand::alphanumeric)
        .take(15)
        .collect();
    format!("{random}=")
}
