//! The queue `mail`: what a message expands to, what comes again later, what never will be sent.

use std::time::Duration;

use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_sqs::{Client, types::MessageAttributeValue};
use bootstrap::{batch, error_chain::ErrorChain};
use messages::MailDue;
use queues::Queue;

use crate::error::{Cause, MailError};

/// The longest wait before another try.
const MAX_WAIT_SECONDS: u64 = 900;
/// The longest reason that goes with a dead letter.
const MAX_REASON: usize = 500;

/// The queue and its dead letters.
#[derive(Debug)]
pub(crate) struct MailQueue {
    pub(crate) client: Client,
    pub(crate) url: String,
    pub(crate) dead_letter_url: String,
    /// Of the queue `feedback`, which the function reads, too.
    pub(crate) feedback_dead_letter_url: String,
}

impl MailQueue {
    /// Puts messages on the queue.
    ///
    /// # Errors
    /// Not all of them could be; what triggered them must come again.
    pub(crate) async fn send(&self, messages: &[MailDue]) -> Result<(), MailError> {
        let queue = Queue::new(self.client.clone(), &self.url);
        let sent = queue.send(messages).await;
        sent.map_err(|error| MailError::Later(Cause::Queue(Box::new(error))))
    }

    /// Whether the message is of this queue.
    fn brought(&self, message: &SqsMessage) -> bool {
        let from = message.event_source_arn.as_deref().unwrap_or_default();
        from.rsplit(':').next() == self.url.rsplit('/').next()
    }

    /// Puts a message that came, and can never be settled, among the dead letters of its queue.
    ///
    /// # Errors
    /// It could not be: the message must come again.
    pub(crate) async fn bury_message(
        &self,
        message: &SqsMessage,
        cause: &Cause,
    ) -> Result<(), MailError> {
        let url = if self.brought(message) {
            &self.dead_letter_url
        } else {
            &self.feedback_dead_letter_url
        };
        self.bury_at(url, message.body.as_deref().unwrap_or_default(), cause)
            .await
    }

    /// Puts a message about a mail that can never be sent among the dead letters.
    ///
    /// # Errors
    /// It could not be: what it is a part of must come again.
    pub(crate) async fn bury(&self, body: &str, cause: &Cause) -> Result<(), MailError> {
        self.bury_at(&self.dead_letter_url, body, cause).await
    }

    /// With the reason as an attribute.
    async fn bury_at(&self, url: &str, body: &str, cause: &Cause) -> Result<(), MailError> {
        let reason: String = ErrorChain(cause)
            .to_string()
            .chars()
            .take(MAX_REASON)
            .collect();
        let later =
            |error: Box<dyn std::error::Error + Send + Sync>| MailError::Later(Cause::Queue(error));
        let attribute = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(reason)
            .build()
            .map_err(|error| later(error.into()))?;
        self.client
            .send_message()
            .queue_url(url)
            .message_body(body)
            .message_attributes("reason", attribute)
            .send()
            .await
            .map_err(|error| later(error.into()))?;
        Ok(())
    }

    /// Lets a message of this queue come again after a wait that grows with its receptions. If that fails, and of other
    /// queues, it comes again when its visibility timeout ends.
    pub(crate) async fn back_off(&self, message: &SqsMessage) {
        if !self.brought(message) {
            return;
        }
        let receptions = message
            .attributes
            .get("ApproximateReceiveCount")
            .and_then(|count| count.parse().ok())
            .unwrap_or(1);
        let wait = wait(receptions, fastrand::f64());
        let seconds = i32::try_from(wait.as_secs()).unwrap_or(i32::MAX);
        let changed = self
            .client
            .change_message_visibility()
            .queue_url(&self.url)
            .set_receipt_handle(message.receipt_handle.clone())
            .visibility_timeout(seconds)
            .send()
            .await;
        if let Err(error) = changed {
            tracing::warn!(request_id = batch::request_of(message), error = %ErrorChain(&error), "back_off_failed");
        }
    }
}

/// Exponential with jitter, from two seconds on ("Exponential backoff and jitter", AWS Architecture Blog, 2015).
/// `luck`: from 0 to 1.
fn wait(receptions: u32, luck: f64) -> Duration {
    let most = 2u64
        .saturating_pow(receptions.min(16))
        .min(MAX_WAIT_SECONDS);
    let half = Duration::from_secs(most) / 2;
    (half + half.mul_f64(luck)).max(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let bounds = |receptions| [0.0, 1.0].map(|luck| wait(receptions, luck).as_secs());
        assert_eq!(bounds(1), [1, 2]);
        assert_eq!(bounds(2), [2, 4]);
        assert_eq!(bounds(5), [16, 32]);
        for receptions in [10, 20, u32::MAX] {
            assert_eq!(bounds(receptions)[1], 900);
        }
    }
}
