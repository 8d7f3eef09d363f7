//! The queue `mail`. It takes the parts of a divided message, and its dead-letter queue takes mails that can never be sent.

use bootstrap::error_chain::ErrorChain;
use messages::MailDue;
use queues::{Inbox, Queue};

use crate::error::{BoxError, Cause, MailError};

/// The name that the queue `mail` has in the environment variable `QUEUES`.
const MAIL: &str = "mail";

/// The queue `mail` and its dead-letter queue.
#[derive(Debug)]
pub(crate) struct MailQueue {
    pub(crate) queue: Queue,
    pub(crate) inbox: Inbox,
}

impl MailQueue {
    /// Puts messages on the queue `mail`.
    ///
    /// # Errors
    /// The queue did not take every message. The message from which they were made must be retried.
    pub(crate) async fn send(&self, messages: &[MailDue]) -> Result<(), MailError> {
        let sent = self.queue.send(messages).await;
        sent.map_err(|error| MailError::Later(Cause::Queue(Box::new(error))))
    }

    /// Puts one mail on the dead-letter queue, because this mail can never be sent. It is one of several mails that the same
    /// queue message causes.
    ///
    /// # Errors
    /// The dead-letter queue did not take the mail. The whole message must be retried.
    pub(crate) async fn bury(&self, mail: &MailDue, cause: &Cause) -> Result<(), MailError> {
        let later = |error: BoxError| MailError::Later(Cause::Queue(error));
        let body = serde_json::to_string(mail).map_err(|error| later(error.into()))?;
        let reason = ErrorChain(cause).to_string();
        let buried = self.inbox.bury_for(MAIL, &body, &reason).await;
        buried.map_err(|error| later(error.into()))
    }
}
