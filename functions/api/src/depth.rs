//! How many messages a queue holds.

use std::collections::HashMap;

use aws_sdk_sqs::{Client, types::QueueAttributeName};

use crate::dead_letters::QueueError;

/// Messages of a queue, about: SQS counts them somewhere else at every call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Depth {
    /// To be received.
    pub(crate) waiting: u32,
    /// Received, and not done with.
    pub(crate) in_flight: u32,
    /// To be received after a wait.
    pub(crate) delayed: u32,
}

impl Depth {
    /// Asks the queue at `url`.
    ///
    /// # Errors
    /// It is away.
    pub(crate) async fn of(client: &Client, url: &str) -> Result<Self, QueueError> {
        let answer = client
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessagesDelayed)
            .send()
            .await
            .map_err(QueueError::of)?;
        let attributes: HashMap<_, _> = answer.attributes.unwrap_or_default();
        let count = |name| {
            let count = attributes.get(&name);
            count.and_then(|count| count.parse().ok()).unwrap_or(0)
        };
        Ok(Self {
            waiting: count(QueueAttributeName::ApproximateNumberOfMessages),
            in_flight: count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            delayed: count(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
        })
    }

    /// All of them.
    pub(crate) fn all(self) -> u32 {
        [self.in_flight, self.delayed]
            .into_iter()
            .fold(self.waiting, u32::saturating_add)
    }
}
