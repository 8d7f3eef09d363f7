//! The port for schedules. A schedule puts a message on the queue `mail` at a later time.

use std::fmt::Debug;

use futures::future::BoxFuture;
use jiff::Timestamp;

/// Stores schedules and runs them. On AWS, the scheduler of `EventBridge` does this. Other hosts have their own schedulers.
pub trait Schedules: Debug + Send + Sync {
    /// Creates or replaces the schedule `name`. At the time `at`, the schedule puts `message` (JSON) on the queue `mail`, and
    /// is deleted. The message may come late, or twice. A name has at most 64 letters, digits, `-`, `_` and `.`.
    ///
    /// # Errors
    /// The schedule could not be created.
    fn put<'a>(
        &'a self,
        name: &'a str,
        at: Timestamp,
        message: String,
    ) -> BoxFuture<'a, Result<(), ScheduleError>>;

    /// Deletes the schedule `name`. Succeeds if the schedule does not exist.
    ///
    /// # Errors
    /// The schedule could not be deleted.
    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), ScheduleError>>;
}

/// The error that is returned if a schedule could not be created, moved or deleted.
#[derive(Debug, thiserror::Error)]
#[error("a reminder could not be scheduled")]
pub struct ScheduleError {
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
    is_transient: bool,
}

impl ScheduleError {
    /// Returns a temporary error. The same call may succeed later, so the batch of records that caused the call is retried.
    pub fn transient(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: error.into(),
            is_transient: true,
        }
    }

    /// Returns a permanent error. Every repetition of the call would fail, so the record that caused the call is parked.
    pub fn permanent(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: error.into(),
            is_transient: false,
        }
    }

    /// Returns whether the error is temporary: the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.is_transient
    }
}
