//! The targets of these tests: a deployed stack, or an embedded table with its queues.

use std::sync::Arc;

use aws_sdk_sqs::types::QueueAttributeName;
use bootstrap::metrics::emf::Emf;
use futures::future::BoxFuture;
use gateway::{Connections, GatewayError, Posted, api_gateway::ApiGateway};
use queues::{Broker, Outgoing, sqs::Sqs};
use store::{Account, NewAccount};
use uuid::Uuid;

use super::*;

/// The target on which a test runs.
pub(super) enum Place {
    Deployed(Stack),
    Embedded(Arc<Embedded>),
}

impl Place {
    pub(super) fn of_this_run() -> Self {
        Stack::deployed().map_or_else(|| Self::Embedded(Embedded::alone()), Self::Deployed)
    }

    /// Returns the table, which is reached through a separate client.
    fn store(&self) -> Store {
        match self {
            Self::Deployed(stack) => Store::on_dynamodb(stack.dynamodb(), stack.text("tableName")),
            Self::Embedded(embedded) => Store::new(embedded.clone()),
        }
    }

    pub(super) fn broker(&self) -> Arc<dyn Broker> {
        match self {
            Self::Deployed(stack) => sqs(stack),
            Self::Embedded(embedded) => Arc::new(embedded.database().clone()),
        }
    }

    fn gateway(&self) -> Gateway {
        match self {
            Self::Deployed(stack) => {
                let url = stack.text("wsUrl").replacen("ws", "http", 1);
                Gateway::new(Arc::new(ApiGateway::new(&stack.aws(), &url)))
            }
            Self::Embedded(_) => Gateway::new(Arc::new(NobodyIsConnected)),
        }
    }
}

/// A host on which every connection has already ended.
#[derive(Debug)]
struct NobodyIsConnected;

impl Connections for NobodyIsConnected {
    fn post<'a>(&'a self, _: &'a str, _: String) -> BoxFuture<'a, Result<Posted, GatewayError>> {
        Box::pin(async { Ok(Posted::Gone) })
    }

    fn close<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), GatewayError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Returns a process of the push function, which has its own clients.
pub(super) fn push(place: &Place, queue: &OwnQueue) -> Push {
    Push {
        store: place.store(),
        gateway: place.gateway(),
        metrics: Metrics::new(Emf::new("test")),
        queue: Queue::new(place.broker(), &queue.url),
    }
}

fn sqs(stack: &Stack) -> Arc<Sqs> {
    Arc::new(Sqs::new(aws_sdk_sqs::Client::new(&stack.aws())))
}

/// Creates a draft of this event, and the account of its organizer.
pub(super) async fn make_draft(store: &Store, event: &Event) {
    let account = Account::new(fixtures::user(event.organizer.id), "none".to_owned());
    let made = store
        .create_account(&account, &(&account.user.email).into(), "test")
        .await
        .unwrap();
    assert_eq!(made, NewAccount::Created);
    assert!(store.create_event(event).await.unwrap());
}

/// A queue like `push`. Only this test reads it.
pub(super) struct OwnQueue {
    /// The client that deletes the queue. If it is `None`, the queue is deleted together with its database.
    client: Option<aws_sdk_sqs::Client>,
    broker: Arc<dyn Broker>,
    /// This reference keeps the database alive as long as the queue.
    _embedded: Option<Arc<Embedded>>,
    hidden: Duration,
    pub(super) url: String,
}

impl OwnQueue {
    pub(super) async fn make(place: &Place) -> Self {
        Self::hiding(place, "push", 30).await
    }

    /// Creates a queue that hides a received message for `seconds`. If the table is embedded, `name` is the name of the queue.
    pub(super) async fn hiding(place: &Place, name: &str, seconds: u32) -> Self {
        let hidden = Duration::from_secs(seconds.into());
        let broker = place.broker();
        let stack = match place {
            Place::Deployed(stack) => stack,
            Place::Embedded(embedded) => {
                return Self {
                    client: None,
                    broker,
                    _embedded: Some(embedded.clone()),
                    hidden,
                    url: name.to_owned(),
                };
            }
        };
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
            hidden,
            broker,
            _embedded: None,
            client: Some(client),
        }
    }

    /// Puts a message with this body on the queue.
    pub(super) async fn send(&self, group: &str, body: &str) {
        let message = Outgoing {
            body: body.to_owned(),
            group: Some(group.to_owned()),
            deduplication_id: Some(Uuid::now_v7().to_string()),
            ..Outgoing::default()
        };
        let sent = self.broker.send(&self.url, vec![message]).await;
        sent.unwrap();
    }

    /// Receives messages that are visible now.
    pub(super) async fn receive(&self) -> Vec<Message> {
        self.broker.receive(&self.url, self.hidden).await.unwrap()
    }

    /// Receives and deletes all messages of the queue.
    pub(super) async fn take(&self) -> Vec<Message> {
        let mut taken = Vec::new();
        loop {
            let received = self.receive().await;
            if received.is_empty() {
                return taken;
            }
            for message in &received {
                let deleted = self.broker.delete(&self.url, message.receipt.clone()).await;
                deleted.unwrap();
            }
            taken.extend(received);
        }
    }

    pub(super) async fn delete(self) {
        if let Some(client) = self.client {
            let delete = client.delete_queue().queue_url(self.url);
            delete.send().await.unwrap();
        }
    }
}

/// Returns an unused connection id of 16 characters, like those of API Gateway.
pub(super) fn connection_id() -> String {
    let random: String = std::iter::repeat_with(fastrand::alphanumeric)
        .take(15)
        .collect();
    format!("{random}=")
}
