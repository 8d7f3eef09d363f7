//! Errors that occur while the notify function handles a queue message.

use bootstrap::{batch::Failure, keys::SecretError};
use mail::ComposeError;
use store::StoreError;

/// An error of any type.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why the notify function could not handle a queue message.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    /// Handling the message may succeed later, so the message is retried.
    #[error("to be tried again")]
    Later(#[source] Cause),
    /// Handling the message can never succeed, so the message goes to the dead-letter queue immediately.
    #[error("can never be sent")]
    Never(#[source] Cause),
}

/// The error that made the handling of a queue message fail.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Store(StoreError),
    #[error("a mail cannot be composed")]
    Compose(#[from] ComposeError),
    #[error("a mail was not sent")]
    Transport(#[source] BoxError),
    #[error("a message could not be put on a queue")]
    Queue(#[source] BoxError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("another process is sending the same mail")]
    Busy,
    #[error("the time zone of the event is not known")]
    TimeZone(#[from] jiff::Error),
}

impl Failure for MailError {
    fn is_permanent(&self) -> bool {
        match self {
            Self::Later(_) => false,
            Self::Never(_) => true,
        }
    }
}

impl From<StoreError> for MailError {
    fn from(error: StoreError) -> Self {
        if error.is_transient() {
            Self::Later(Cause::Store(error))
        } else {
            Self::Never(Cause::Store(error))
        }
    }
}

impl From<SecretError> for MailError {
    fn from(error: SecretError) -> Self {
        Self::Later(error.into())
    }
}

impl From<ComposeError> for MailError {
    fn from(error: ComposeError) -> Self {
        Self::Never(error.into())
    }
}

impl From<jiff::Error> for MailError {
    fn from(error: jiff::Error) -> Self {
        Self::Never(error.into())
    }
}
