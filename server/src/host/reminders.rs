//! Connects the database's schedules with the relay's port for reminders.

use embedded::{Error, Schedules};
use futures::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;
use relay::ScheduleError;

/// The schedules of the database, as the relay uses them for reminders.
#[derive(Debug, Clone)]
pub(super) struct ReminderSchedules(pub(super) Schedules);

impl relay::Schedules for ReminderSchedules {
    fn put<'a>(
        &'a self,
        name: &'a str,
        at: Timestamp,
        message: String,
    ) -> BoxFuture<'a, Result<(), ScheduleError>> {
        async move { self.0.put(name, at, message).await.map_err(refusal) }.boxed()
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), ScheduleError>> {
        async move { self.0.delete(name).await.map_err(refusal) }.boxed()
    }
}

fn refusal(error: Error) -> ScheduleError {
    match error {
        Error::Unavailable(_) => ScheduleError::transient(error),
        Error::Refused(_) => ScheduleError::permanent(error),
    }
}
