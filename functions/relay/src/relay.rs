//! The relay, its parts, and its two kinds of failures.

use bootstrap::{
    error_chain::ErrorChain,
    metrics::{Metric, Metrics},
};
use pictures::Pictures;
use queues::SendError;
use store::{Store, StoreError};

use crate::{
    outbox::Outbox, parking::Parking, record::Source, reminders::Reminders,
    schedules::ScheduleError,
};

/// The relay, which handles records of the stream.
#[derive(Debug)]
pub struct Relay {
    /// The table whose stream the relay reads.
    pub store: Store,
    /// The dead-letter queue of records.
    pub parking: Parking,
    /// The queues to which the relay sends messages.
    pub outbox: Outbox,
    /// The schedules of reminders.
    pub reminders: Reminders,
    /// The files of pictures.
    pub pictures: Pictures,
    /// The metrics, which are written at the end of each batch.
    pub metrics: Metrics,
}

/// A temporary failure. The whole batch must be retried, and may then succeed.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The table is unavailable, or it throttles the relay.
    #[error(transparent)]
    Store(StoreError),
    /// A queue did not take every message.
    #[error(transparent)]
    Queue(#[from] SendError),
    /// A schedule could not be created, moved or deleted.
    #[error(transparent)]
    Schedule(ScheduleError),
}

impl Relay {
    /// Checks the result of a call that the record `source` caused. If the call can never succeed, the record is parked.
    ///
    /// # Errors
    /// The call had a temporary failure, or the dead-letter queue did not take the record.
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

    /// Puts the record `source` on the dead-letter queue. `error`, with all its causes, becomes the reason that is stored with
    /// the record.
    ///
    /// # Errors
    /// The queue did not take the record.
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
