//! Changes of a published event's capacity. One transaction changes both the event and the seats of its buckets.

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
    /// Writes `event`, whose capacity was raised, if the stored event has the previous version. The same transaction adds
    /// `seats` to the buckets as held seats, and writes the audit entry `entry` if there is one. The written items store the
    /// request id `request`.
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

    /// Writes `event`, whose capacity was lowered, if the stored event has the previous version. The same transaction removes
    /// the seats in `withdrawals` from the buckets, and writes the audit entry `entry` if there is one. The written items store
    /// the request id `request`.
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

    /// Sends the transaction that changes a capacity. Returns [`EventWrite::Stale`] if the stored event does not have the
    /// previous version. If the condition of a bucket fails, or another transaction was writing the same items, the error is
    /// [`StoreError::Contended`].
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
        // If the reply to the first try was lost, a second try is refused although the first try has written the event. The
        // audit entry shows whether this has happened: it exists only if the first try succeeded.
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
