//! Typed messages for one queue.

use std::sync::Arc;

use serde::Serialize;

use crate::{Outgoing, Producer, SendError};

/// A queue that is written.
#[derive(Debug, Clone)]
pub struct Queue {
    producer: Arc<dyn Producer>,
    address: String,
}

/// A message of a FIFO queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered<M> {
    /// The group. Its messages are delivered one after the other, in the order in which they were sent.
    pub group: String,
    /// The deduplication id: if several messages of five minutes have the same one, only the first is delivered.
    pub name: String,
    /// The message.
    pub message: M,
}

impl Queue {
    /// Returns the queue at `address`, through `producer`.
    #[must_use]
    pub fn new(producer: Arc<dyn Producer>, address: impl Into<String>) -> Self {
        Self {
            producer,
            address: address.into(),
        }
    }

    /// Sends all messages, in any order.
    ///
    /// # Errors
    /// Some messages could not be sent.
    pub async fn send(&self, messages: &[impl Serialize]) -> Result<(), SendError> {
        let outgoing = messages.iter().map(outgoing).collect::<Result<_, _>>()?;
        self.producer.send(&self.address, outgoing).await
    }

    /// Sends all messages to a queue that keeps an order. The messages of a group are sent in the order of the slice.
    ///
    /// # Errors
    /// Some messages could not be sent.
    pub async fn send_in_order<M: Serialize>(
        &self,
        messages: &[Ordered<M>],
    ) -> Result<(), SendError> {
        let in_order = |ordered: &Ordered<M>| {
            Ok(Outgoing {
                group: Some(ordered.group.clone()),
                deduplication_id: Some(ordered.name.clone()),
                ..outgoing(&ordered.message)?
            })
        };
        let outgoing = messages
            .iter()
            .map(in_order)
            .collect::<Result<_, SendError>>()?;
        self.producer.send(&self.address, outgoing).await
    }
}

fn outgoing(message: &impl Serialize) -> Result<Outgoing, SendError> {
    Ok(Outgoing {
        body: serde_json::to_string(message).map_err(SendError::of)?,
        ..Outgoing::default()
    })
}
