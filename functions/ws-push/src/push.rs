//! Handles each kind of message on the queues `live` and `push`.

use std::time::Duration;

use bootstrap::{
    batch::{self, Failure},
    clock,
    metrics::{Metric, Metrics},
};
use domain::{
    id::EventId,
    live::{tick::Tick, topic::Topic},
};
use gateway::{Gateway, GatewayError, Posted};
use jiff::{SignedDuration, Timestamp};
use messages::{Frame, LiveDue, Reply, UnsubscribedReason};
use queues::{Inbox, Message, Ordered, Queue, SendError};
use store::{Published, Store, StoreError};

use crate::fan_out::{FanOutError, fan_out};

/// The maximum number of times that the function tries to read a topic's first published counts. Another process may be
/// publishing them at the same time.
const MAX_LOOKS: u32 = 4;

/// If API Gateway throttles a connection for at most this time, the reason may be that the whole deployment posts too many
/// frames. If it throttles the connection for longer, the reason is that the connection's client does not read.
const STALLED_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// Returns whether a message was first received more than [`STALLED_AFTER`] ago.
fn is_overdue(message: &Message, now: Timestamp) -> bool {
    let first = message.first_received_at;
    first.is_some_and(|first| now.duration_since(first) > STALLED_AFTER)
}

/// Sends the frames of topics to WebSocket connections.
#[derive(Debug)]
pub struct Push {
    /// The table that contains topics and connections.
    pub store: Store,
    /// The open connections of the WebSocket API, to which frames are sent.
    pub gateway: Gateway,
    /// The queue `push`, which takes the parts of a divided message.
    pub queue: Queue,
    /// The metrics, which are written at the end of each batch.
    pub metrics: Metrics,
}

/// Why the push function could not handle a message. The message is retried, and goes to the dead-letter queue after too many
/// attempts.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PushError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] SendError),
    #[error(transparent)]
    FanOut(#[from] FanOutError),
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    #[error("API Gateway had no time")]
    Later,
    #[error("nothing is published of {0}")]
    NothingTold(EventId),
}

impl Failure for PushError {
    fn is_permanent(&self) -> bool {
        match self {
            Self::Store(error) => matches!(error, StoreError::Corrupt { .. }),
            Self::Queue(_)
            | Self::FanOut(_)
            | Self::Gateway(_)
            | Self::Later
            | Self::NothingTold(_) => false,
        }
    }
}

impl Push {
    /// Handles messages of the queues `live` and `push`. The messages of one group are handled one after another. Returns the
    /// ids of the messages to retry. `inbox` contains the queues, their dead-letter queues, and
    /// [`LONGEST_WAITS`](crate::LONGEST_WAITS). Messages that are not handled within `time` fail.
    pub async fn process(&self, batch: Vec<Message>, inbox: &Inbox, time: Duration) -> Vec<String> {
        let handle = async |message: &Message, due| self.handle(message, due).await;
        let failed = batch::in_order(batch, inbox, time, handle).await;
        self.metrics.write(None);
        failed
    }

    /// Handles one message of the queue `live` or `push`.
    ///
    /// # Errors
    /// The message must be retried.
    async fn handle(&self, message: &Message, due: LiveDue) -> Result<(), PushError> {
        let is_overdue = is_overdue(message, clock::now());
        match due {
            LiveDue::Tick { event_id, tick } => {
                let published = self.tick(event_id, tick).await?;
                if let Some(asked) = message.sent_at.filter(|_| published) {
                    self.metrics.note_age(Metric::TickAge, asked);
                }
                Ok(())
            }
            LiveDue::Everybody { topic, frame } => {
                let name = name_of(message);
                let topic_state = self.store.topic(topic).await?;
                let shards = topic_state.map_or(0, |state| state.shards);
                self.spread(topic, shards, Some(&frame), name).await
            }
            LiveDue::Shard {
                topic,
                shard,
                frame,
            } => self.tell_shard(topic, shard, frame, is_overdue).await,
            LiveDue::Connection {
                topic,
                shard,
                connection_id,
                reply,
            } => {
                self.reply(topic, shard, &connection_id, reply, is_overdue)
                    .await
            }
            LiveDue::Rights {
                user_id,
                connection_id,
            } => self.judge(user_id, &connection_id, name_of(message)).await,
        }
    }

    /// Publishes an event's counts, and queues a message for every shard. Returns `false` if another process has published them
    /// first.
    async fn tick(&self, event: EventId, no: u64) -> Result<bool, PushError> {
        let published = self
            .store
            .run_tick(event, Tick::new(no), clock::now)
            .await?;
        let Some(state) = published else {
            return Ok(false);
        };
        let topic = state.topic;
        let name = format!("{topic}#{}", state.tick);
        self.spread(topic, state.shards, None, &name).await?;
        Ok(true)
    }

    /// Posts a frame to a connection, and counts the outcome in the metrics.
    async fn post(&self, connection: &str, frame: &Frame) -> Result<Posted, GatewayError> {
        let posted = self.gateway.post(connection, frame).await?;
        let outcome = posted.as_str();
        self.metrics.note(Metric::Frames { outcome }, 1);
        Ok(posted)
    }

    /// Queues a message for each shard of a topic. `name` identifies the news that the messages are about. It is the same at
    /// every attempt, so the queue drops repeated messages.
    async fn spread(
        &self,
        topic: Topic,
        shards: u32,
        frame: Option<&Frame>,
        name: &str,
    ) -> Result<(), PushError> {
        let message = |shard| {
            let message = LiveDue::Shard {
                topic,
                shard,
                frame: frame.cloned(),
            };
            Ordered {
                group: message.group(),
                name: format!("{name}#{shard}"),
                message,
            }
        };
        let messages: Vec<_> = (0..shards).map(message).collect();
        Ok(self.queue.send_in_order(&messages).await?)
    }

    async fn tell_shard(
        &self,
        topic: Topic,
        shard: u32,
        frame: Option<Frame>,
        is_overdue: bool,
    ) -> Result<(), PushError> {
        let connections = self.store.shard(topic, shard).await?;
        if connections.is_empty() {
            return Ok(());
        }
        let newest = async || match &frame {
            Some(frame) => Ok(frame.clone()),
            None => Ok::<_, PushError>(count(topic.event, self.published(topic.event).await?)),
        };
        let done = fan_out(connections, is_overdue, newest, async |id, frame| {
            self.post(id, frame).await
        })
        .await?;
        tracing::info!(%topic, shard, told = done.sent, gone = done.gone.len(), stalled = done.stalled.len(), "shard_told");
        // A client that does not read must not delay the other clients, so its connection is closed. When the client has opened
        // another connection and subscribed, it first gets a snapshot.
        for id in &done.stalled {
            self.gateway.close(id).await?;
        }
        let mut closed = done.gone;
        closed.extend(done.stalled);
        Ok(self
            .store
            .close_connections_of(topic, shard, &closed)
            .await?)
    }

    async fn reply(
        &self,
        topic: Topic,
        shard: u32,
        id: &str,
        reply: Reply,
        is_overdue: bool,
    ) -> Result<(), PushError> {
        let frame = match reply {
            Reply::Snapshot => snapshot(topic, self.published(topic.event).await?),
            Reply::Unsubscribed => unsubscribed(topic, None),
            Reply::Forbidden => {
                // The subscription has ended already, unless the process that queued this message crashed before it ended the
                // subscription. It must end before the frame is posted, because no frame of the topic may follow this frame.
                self.store.unsubscribe_from(id, topic, shard).await?;
                unsubscribed(topic, Some(UnsubscribedReason::Forbidden))
            }
        };
        match self.post(id, &frame).await? {
            Posted::Sent => Ok(()),
            Posted::Gone => Ok(self.store.close_connection(id).await?),
            Posted::Throttled if is_overdue => {
                self.gateway.close(id).await?;
                Ok(self.store.close_connection(id).await?)
            }
            Posted::Throttled | Posted::Later => Err(PushError::Later),
        }
    }

    /// Returns the counts of an event that were published last. If there are none because nobody watched the event, publishes
    /// the counts now.
    async fn published(&self, event: EventId) -> Result<Published, PushError> {
        let topic = Topic::public(event);
        for _ in 0..MAX_LOOKS {
            let state = self.store.open_topic(topic, clock::now()).await?;
            if let Some(published) = state.published {
                return Ok(published);
            }
            self.store
                .run_tick(event, Tick::new(state.tick), clock::now)
                .await?;
        }
        Err(PushError::NothingTold(event))
    }
}

fn snapshot(topic: Topic, published: Published) -> Frame {
    Frame::Snapshot {
        event_id: topic.event,
        topic: topic.audience,
        counts: published.counts,
        as_of: published.as_of(),
    }
}

fn unsubscribed(topic: Topic, reason: Option<UnsubscribedReason>) -> Frame {
    Frame::Unsubscribed {
        event_id: topic.event,
        topic: topic.audience,
        reason,
    }
}

/// Returns the deduplication id of a message, or its message id if it has none. The deduplication id is the same if the same
/// message is sent twice.
fn name_of(message: &Message) -> &str {
    let name = message.deduplication_id.as_deref();
    name.unwrap_or(&message.id)
}

fn count(event_id: EventId, published: Published) -> Frame {
    Frame::Count {
        event_id,
        counts: published.counts,
        as_of: published.as_of(),
    }
}

mod rights;

#[cfg(test)]
mod tests;
