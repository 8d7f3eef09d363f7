//! The ports to queues: one trait for each role that a caller may have.
//!
//! The traits are separate, because the binary of a program that uses a `dyn` trait contains all methods of this trait. So the
//! binary of a function that only sends does not contain the methods for administrators.

use std::{fmt::Debug, time::Duration};

use futures::future::BoxFuture;

use crate::{Message, Outgoing, QueueError, SendError};

/// Sends messages.
///
/// Each method of this trait, of [`Consumer`] and of [`Broker`] takes the address of a queue, which the configuration of the
/// host gives. The address is a URL on SQS, and a name on other hosts.
pub trait Producer: Debug + Send + Sync {
    /// Sends all messages. Messages of the same group are sent in the order in which they are in `messages`.
    ///
    /// # Errors
    /// At least one message was not sent. Other messages may have been sent.
    fn send<'a>(
        &'a self,
        queue: &'a str,
        messages: Vec<Outgoing>,
    ) -> BoxFuture<'a, Result<(), SendError>>;
}

/// Changes how long received messages stay hidden.
pub trait Consumer: Producer {
    /// Hides the messages with these receipts until `time`, in whole seconds, has passed from now. If `time` is zero, the
    /// messages can be received immediately.
    ///
    /// # Errors
    /// The visibility timeout of at least one message was not changed.
    fn hide<'a>(
        &'a self,
        queue: &'a str,
        receipts: Vec<String>,
        time: Duration,
    ) -> BoxFuture<'a, Result<(), SendError>>;
}

/// Provides the queue operations that an administrator needs.
pub trait Broker: Consumer {
    /// Receives up to ten messages, and hides them from other receivers for `hidden`, in whole seconds. This method does not
    /// wait for messages.
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
    /// The queue is unavailable. The message will be delivered again.
    fn delete<'a>(
        &'a self,
        queue: &'a str,
        receipt: String,
    ) -> BoxFuture<'a, Result<(), QueueError>>;

    /// Returns how many messages of a queue can be received, how many are in flight, and how many are delayed.
    ///
    /// # Errors
    /// The queue is unavailable.
    fn depth<'a>(&'a self, queue: &'a str) -> BoxFuture<'a, Result<Depth, QueueError>>;
}

/// The numbers of messages of a queue that can be received, that are in flight, and that are delayed. On SQS the numbers are
/// approximate, because SQS has many servers, and each call may count the messages on another one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// The number of messages that can be received.
    pub waiting: u32,
    /// The number of messages that were received and are hidden.
    pub in_flight: u32,
    /// The number of messages whose delay has not ended.
    pub delayed: u32,
}

impl Depth {
    /// Returns the number of messages in all three states together.
    #[must_use]
    pub fn all(self) -> u32 {
        [self.in_flight, self.delayed]
            .into_iter()
            .fold(self.waiting, u32::saturating_add)
    }
}
