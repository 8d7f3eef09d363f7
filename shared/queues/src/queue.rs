//! Sends typed messages to one queue.

use std::sync::Arc;

use serde::Serialize;

use crate::{Outgoing, Producer, SendError};

/// One queue, to which a function sends messages.
#[derive(Debug, Clone)]
pub struct Queue {
    producer: Arc<dyn Producer>,
    address: String,
}

/// A message that is sent to a FIFO queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered<M> {
    /// The message group. Messages of the same group are delivered one after another, in the order in which they were sent.
    pub group: String,
    /// The deduplication id. If several messages within five minutes have the same id, only the first is delivered.
    pub name: String,
    /// The message.
    pub message: M,
}

impl Queue {
    /// Returns the queue at `address`. All its messages are sent through `producer`.
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

    /// Sends all messages to a FIFO queue. Messages of the same group are sent in the order of the slice.
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
