//! The relay: its parts, and the two kinds of failures.

use bootstrap::{
    error_chain::ErrorChain,
    metrics::{Metric, Metrics},
};
use queues::SendError;
use store::{Store, StoreError};

use crate::{
    outbox::Outbox, parking::Parking, record::Source, reminders::Reminders,
    schedules::ScheduleError,
};

/// The relay.
#[derive(Debug)]
pub struct Relay {
    /// The table.
    pub store: Store,
    /// The dead-letter queue of records.
    pub parking: Parking,
    /// The queues that the relay writes.
    pub outbox: Outbox,
    /// The schedules of reminders.
    pub reminders: Reminders,
    /// Metrics, written at the end of each batch.
    pub metrics: Metrics,
}

/// A failure after which the same batch may succeed. The whole batch must be retried.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The table is unavailable or throttles.
    #[error(transparent)]
    Store(StoreError),
    /// A queue did not take every message.
    #[error(transparent)]
    Queue(#[from] SendError),
    /// A schedule could not be made, moved or deleted.
    #[error(transparent)]
    Schedule(ScheduleError),
}

impl Relay {
    /// Parks the record of `source` if its call can never succeed.
    ///
    /// # Errors
    /// The call had a transient failure, or the dead-letter queue cannot be written.
    pub(crate) async fn settle(
        &self,
        result: Result<(), StoreError>,
        source: &Source,
    ) -> Result<(), RelayError> {
        match result {
            Ok(()) => Ok(()),
            Err(error) if error.is_transient() => Err(RelayError::Store(error)),
            Err(error) => Ok(self.park(source, &error).await?),
        }
    }

    /// Puts the record of `source` on the dead-letter queue, with `error` and its causes as the reason.
    ///
    /// # Errors
    /// The queue cannot be written.
    pub(crate) async fn park(
        &self,
        source: &Source,
        error: &(dyn std::error::Error + 'static),
    ) -> Result<(), SendError> {
        self.parking
            .park(source, ErrorChain(error).to_string())
            .await?;
        self.metrics.note(Metric::RecordsParked, 1);
        Ok(())
    }
}
