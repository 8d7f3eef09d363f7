//! The traits of queues, one for each role of a caller.
//!
//! There are three traits, because a program that uses one as `dyn` has all its methods in the binary. A function that only
//! sends must not grow by the methods for administrators.

use std::{fmt::Debug, time::Duration};

use futures::future::BoxFuture;

use crate::{Message, Outgoing, QueueError, SendError};

/// Sends messages.
///
/// Every method here and in the other traits names a queue by its address from the host's settings: a URL on SQS, a name
/// elsewhere.
pub trait Producer: Debug + Send + Sync {
    /// Sends all messages. The messages of one group are sent in their order.
    ///
    /// # Errors
    /// At least one message was not sent. Others may have been.
    fn send<'a>(
        &'a self,
        queue: &'a str,
        messages: Vec<Outgoing>,
    ) -> BoxFuture<'a, Result<(), SendError>>;
}

/// Decides when received messages are visible again.
pub trait Consumer: Producer {
    /// Hides the messages of these receipts for `time` from now, in whole seconds. Zero: they can be received immediately.
    ///
    /// # Errors
    /// At least one message is hidden as long as before.
    fn hide<'a>(
        &'a self,
        queue: &'a str,
        receipts: Vec<String>,
        time: Duration,
    ) -> BoxFuture<'a, Result<(), SendError>>;
}

/// Does all operations of an administrator on a queue.
pub trait Broker: Consumer {
    /// Receives up to ten messages, and hides them from others for `hidden`, in whole seconds. It does not wait for messages.
    ///
    /// # Errors
    /// The queue is unavailable.
    fn receive<'a>(
        &'a self,
        queue: &'a str,
        hidden: Duration,
    ) -> BoxFuture<'a, Result<Vec<Message>, QueueError>>;

    /// Deletes a received message.
    ///
    /// # Errors
    /// The queue is unavailable; the message is delivered again.
    fn delete<'a>(
        &'a self,
        queue: &'a str,
        receipt: String,
    ) -> BoxFuture<'a, Result<(), QueueError>>;

    /// Counts the messages of a queue.
    ///
    /// # Errors
    /// The queue is unavailable.
    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Depth, QueueError>>;
}

/// Numbers of a queue's messages. They are approximate on SQS, which counts at another place at every call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Messages that can be received.
    pub waiting: u32,
    /// Messages that were received and are hidden.
    pub in_flight: u32,
    /// Messages whose delay has not ended.
    pub delayed: u32,
}

impl Depth {
    /// Number of all messages.
    #[must_use]
    pub fn all(self) -> u32 {
        [self.in_flight, self.delayed]
            .into_iter()
            .fold(self.waiting, u32::saturating_add)
    }
}
