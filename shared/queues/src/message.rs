//! Messages to send, and received messages.

use std::time::Duration;

use jiff::Timestamp;

/// A message that was received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The id that the queue gave the message. It is the same at every reception.
    pub id: String,
    /// The receipt of this reception, by which the message is hidden or deleted.
    pub receipt: String,
    /// The body: JSON, if its sender made no mistake.
    pub body: String,
    /// The name of the queue: the last segment of its address.
    pub queue: String,
    /// The FIFO group of the message; `None` on a queue without an order.
    pub group: Option<String>,
    /// The id by which the queue drops a second copy; `None` on a queue without an order.
    pub deduplication_id: Option<String>,
    /// The number of times that the message was received, including this time.
    pub receive_count: u32,
    /// The time at which the message was put on the queue.
    pub sent_at: Option<Timestamp>,
    /// The time of the first reception.
    pub first_received_at: Option<Timestamp>,
    /// The reason why the message was set aside; `None` for a message that was not.
    pub reason: Option<String>,
}

/// A message to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// JSON.
    pub body: String,
    /// The group of the message, on a FIFO queue.
    pub group: Option<String>,
    /// The deduplication id: a FIFO queue takes only the first message with it in five minutes.
    pub deduplication_id: Option<String>,
    /// The time until the message can be received, to the second; `None`: the delay of the queue. A FIFO queue has one delay
    /// for all messages, and accepts none here.
    pub delay: Option<Duration>,
    /// The reason why the message is set aside.
    pub reason: Option<String>,
}
