//! The queue `mail`: takes the parts that a message is divided into, and its mails that can never be sent.

use bootstrap::error_chain::ErrorChain;
use messages::MailDue;
use queues::{Inbox, Queue};

use crate::error::{BoxError, Cause, MailError};

/// The name of the queue in the environment's `QUEUES`.
const MAIL: &str = "mail";

/// The queue `mail` and its dead-letter queue.
#[derive(Debug)]
pub(crate) struct MailQueue {
    pub(crate) queue: Queue,
    pub(crate) inbox: Inbox,
}

impl MailQueue {
    /// Puts messages on the queue.
    ///
    /// # Errors
    /// The queue did not take every message; the message that caused them must be retried.
    pub(crate) async fn send(&self, messages: &[MailDue]) -> Result<(), MailError> {
        let sent = self.queue.send(messages).await;
        sent.map_err(|error| MailError::Later(Cause::Queue(Box::new(error))))
    }

    /// Puts one of a message's several mails, which can never be sent, on the dead-letter queue.
    ///
    /// # Errors
    /// The queue did not take it; the whole message must be retried.
    pub(crate) async fn bury(&self, mail: &MailDue, cause: &Cause) -> Result<(), MailError> {
        let later = |error: BoxError| MailError::Later(Cause::Queue(error));
        let body = serde_json::to_string(mail).map_err(|error| later(error.into()))?;
        let reason = ErrorChain(cause).to_string();
        let buried = self.inbox.bury_for(MAIL, &body, &reason).await;
        buried.map_err(|error| later(error.into()))
    }
}
