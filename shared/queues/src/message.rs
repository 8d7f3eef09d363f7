//! Types for messages to send and for received messages.

use std::time::Duration;

use jiff::Timestamp;

/// A received message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The id that the queue gave the message. The message keeps it when it is received more than once.
    pub id: String,
    /// The receipt of the message's latest reception. It is needed to hide or delete the message.
    pub receipt: String,
    /// The body of the message. It is JSON, unless its sender made a mistake.
    pub body: String,
    /// The name of the message's queue, which is the last segment of the queue's address.
    pub queue: String,
    /// The FIFO group of the message; `None` if the queue is not a FIFO queue.
    pub group: Option<String>,
    /// The id by which the queue drops a second copy of the message; `None` if the queue is not a FIFO queue.
    pub deduplication_id: Option<String>,
    /// The number of times that the message was received, including this time.
    pub receive_count: u32,
    /// The time at which the message was put on the queue; `None` if the queue does not report it.
    pub sent_at: Option<Timestamp>,
    /// The time at which the message was first received.
    pub first_received_at: Option<Timestamp>,
    /// The reason why the message was set aside; `None` if it was not set aside.
    pub reason: Option<String>,
}

/// A message to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// The body of the message, as JSON.
    pub body: String,
    /// The group of the message; used on FIFO queues only.
    pub group: Option<String>,
    /// The deduplication id. If a FIFO queue gets several messages with the same id within five minutes, it takes only the
    /// first.
    pub deduplication_id: Option<String>,
    /// The time that the message waits before it can first be received, in whole seconds. `None` means the delay of the queue.
    /// The value must be `None` on a FIFO queue, which has one delay for all messages.
    pub delay: Option<Duration>,
    /// The reason why the message is set aside; `None` if it is not a dead letter.
    pub reason: Option<String>,
}
