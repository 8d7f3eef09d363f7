//! Errors of calls to queues.

/// The broker's error, which caused an error of this module.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The error that is returned if some messages could not be sent or hidden. After a failed send, the caller may send all of
/// them a second time, because the queue's consumer tolerates duplicates.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// A call to the broker failed as a whole.
    #[error("a message could not be sent")]
    Call(#[source] Cause),
    /// The call to the broker succeeded, but the queue refused some of its messages.
    #[error("{0} messages of a call were refused")]
    Refused(usize),
}

impl SendError {
    /// Returns the error for a call to the broker that failed because of `error`.
    pub fn of(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Call(Box::new(error))
    }
}

/// The error that is returned if messages of a queue could not be received, deleted or counted.
#[derive(Debug, thiserror::Error)]
#[error("a queue is away")]
pub struct QueueError(#[source] Cause);

impl QueueError {
    /// Returns the error for a call to the broker that failed because of `error`.
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
