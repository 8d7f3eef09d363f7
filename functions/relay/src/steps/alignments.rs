//! Updates buckets and reminders after a change of their event.

use std::sync::Arc;

use bootstrap::clock;
use domain::events::Event;

use crate::{
    record::Source,
    relay::{Relay, RelayError},
};

impl Relay {
    /// Updates the terms of the events' buckets. This is necessary if the process of the request that changed the event crashed
    /// before it had updated them.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn align_buckets(
        &self,
        events: impl Iterator<Item = (Box<Event>, Arc<Source>)>,
    ) -> Result<(), RelayError> {
        for (event, source) in events {
            let aligned = self
                .store
                .align_buckets_behind(&event, &source.request)
                .await
                .map(|buckets| {
                    if buckets > 0 {
                        tracing::warn!(request_id = source.request, event.id = %event.id, buckets, "buckets_aligned");
                    }
                });
            self.settle(aligned, &source).await?;
        }
        Ok(())
    }

    /// Updates the schedules of the events' reminders.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn align_reminders(
        &self,
        events: impl Iterator<Item = (Box<Event>, Arc<Source>)>,
    ) -> Result<(), RelayError> {
        for (event, source) in events {
            let now = clock::now();
            match self.reminders.align(&event, now, &source.request).await {
                Ok(()) => {}
                Err(error) if error.is_transient() => return Err(RelayError::Schedule(error)),
                Err(error) => self.park(&source, &error).await?,
            }
        }
        Ok(())
    }
}
