//! Errors of queues.

/// The error of the broker.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Not every message could be sent, or hidden. The queue's consumer tolerates that all of them are sent again.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A call failed.
    #[error("a message could not be sent")]
    Call(#[source] Cause),
    /// The queue took a call, but not all of its messages.
    #[error("{0} messages of a call were refused")]
    Refused(usize),
}

impl SendError {
    /// Returns the error of a call that failed because of `error`.
    pub fn of(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Call(Box::new(error))
    }
}

/// A queue could not be read.
#[derive(Debug, thiserror::Error)]
#[error("a queue is away")]
pub struct QueueError(#[source] Cause);

impl QueueError {
    /// Returns the error of a call that failed because of `error`.
    pub fn of(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}

impl From<SendError> for QueueError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Call(cause) => Self(cause),
            SendError::Refused(_) => Self::of(error),
        }
    }
}
