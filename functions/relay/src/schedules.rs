//! The port of schedules, which put a message on the queue `mail` at a later time.

use std::fmt::Debug;

use futures::future::BoxFuture;
use jiff::Timestamp;

/// Keeps schedules: the scheduler of `EventBridge` on AWS, something else elsewhere.
pub trait Schedules: Debug + Send + Sync {
    /// Makes or replaces the schedule `name`. At the time `at`, the schedule puts `message` (JSON) on the queue `mail`, and is
    /// deleted. It may be late, or put the message on the queue twice. A name has at most 64 letters, digits, `-`, `_` and `.`.
    ///
    /// # Errors
    /// The schedule could not be made.
    fn put<'a>(
        &'a self,
        name: &'a str,
        at: Timestamp,
        message: String,
    ) -> BoxFuture<'a, Result<(), ScheduleError>>;

    /// Deletes the schedule `name`. It succeeds if there is none.
    ///
    /// # Errors
    /// The schedule could not be deleted.
    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), ScheduleError>>;
}

/// A schedule could not be made, moved or deleted.
#[derive(Debug, thiserror::Error)]
#[error("a reminder could not be scheduled")]
pub struct ScheduleError {
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
    is_transient: bool,
}

impl ScheduleError {
    /// Returns an error after which the same call may succeed later: the batch is retried.
    pub fn transient(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: error.into(),
            is_transient: true,
        }
    }

    /// Returns an error after which the same call fails again: the record is parked.
    pub fn permanent(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            source: error.into(),
            is_transient: false,
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.is_transient
    }
}
