//! Changes of a published event's capacity. The event and the seats of its buckets change in one transaction.

use domain::{
    events::Event,
    seats::{bucket::BucketNo, capacity_change::Withdrawal, writes::BucketWrite},
    security::audit::AuditEntry,
};
use table::Write;

use crate::{
    EventWrite, Store, StoreError,
    events::put_event,
    seats::buckets::bucket_update,
    security::audit::noting,
    transaction::{cancelled_by_condition, is_cancelled},
};

impl Store {
    /// Writes `event`, whose capacity was raised, over the version before it. The same transaction adds the `seats` to its
    /// buckets, as held ones, and writes `entry` if one is due. `request` is noted in the written items.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn raise_capacity(
        &self,
        event: &Event,
        seats: &[(BucketNo, u32)],
        request: &str,
        entry: Option<&AuditEntry>,
    ) -> Result<EventWrite, StoreError> {
        let writes = seats
            .iter()
            .map(|(no, seats)| BucketWrite::raise(*no, *seats));
        self.change_capacity(event, writes, request, entry).await
    }

    /// Writes `event`, whose capacity was lowered, over the version before it. The same transaction takes the seats out of
    /// its buckets, and writes `entry` if one is due. `request` is noted in the written items.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn lower_capacity(
        &self,
        event: &Event,
        withdrawals: &[Withdrawal],
        request: &str,
        entry: Option<&AuditEntry>,
    ) -> Result<EventWrite, StoreError> {
        let writes = withdrawals.iter().map(BucketWrite::lower);
        self.change_capacity(event, writes, request, entry).await
    }

    /// Sends the transaction. If the event has another version than expected, the result is [`EventWrite::Stale`]; if a
    /// bucket hinders the transaction, it is contention.
    async fn change_capacity(
        &self,
        event: &Event,
        buckets: impl Iterator<Item = BucketWrite>,
        request: &str,
        entry: Option<&AuditEntry>,
    ) -> Result<EventWrite, StoreError> {
        let mut writes: Vec<Write> = vec![put_event(event, request)?.into()];
        writes.extend(buckets.map(|write| bucket_update(event.id, &write, request).into()));
        if let Some(entry) = entry {
            writes.push(noting(entry)?);
        }
        let Err(error) = self.transact(writes).await else {
            return Ok(EventWrite::Written);
        };
        if !is_cancelled(&error) {
            return Err(error.into());
        }
        // This write may have succeeded already, if its first answer was lost.
        if let Some(entry) = entry
            && self.is_noted(entry).await?
        {
            return Ok(EventWrite::Written);
        }
        if cancelled_by_condition(&error, 0) {
            Ok(EventWrite::Stale)
        } else {
            Err(StoreError::Contended("an event's buckets"))
        }
    }
}
