//! Capacity of a published event: the event and seats of its buckets, in one transaction.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{TransactWriteItem, Update},
};
use domain::{
    audit::AuditEntry,
    event::Event,
    guest_list::{bucket::BucketNo, capacity_change::Withdrawal},
};

use crate::{
    EventWrite, Store, StoreError,
    accounts::cancelled_by_condition,
    attribute::{REQUEST, REV, n, s},
    buckets::{FREE, HELD},
    key,
};

impl Store {
    /// Writes `event`, whose capacity was raised, over the version before it, and adds the `seats` to its
    /// buckets, as held, in the same transaction; with it `entry`, if one is due. `request` is noted in what it writes.
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
        let updates = seats.iter().map(|(no, seats)| {
            Ok(Update::builder()
                .table_name(&self.table)
                .set_key(Some(key::bucket(event.id, *no)))
                .update_expression(
                    "SET #held = #held + :seats, #rev = #rev + :one, #request = :request",
                )
                .expression_attribute_names("#held", HELD)
                .expression_attribute_names("#rev", REV)
                .expression_attribute_names("#request", REQUEST)
                .expression_attribute_values(":request", s(request))
                .expression_attribute_values(":seats", n(seats))
                .expression_attribute_values(":one", n(1))
                .build()?)
        });
        self.change_capacity(event, updates, request, entry).await
    }

    /// Writes `event`, whose capacity was lowered, over the version before it, and takes the seats out of its
    /// buckets in the same transaction; with it `entry`, if one is due. `request` is noted in what it
    /// writes.
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
        let updates = withdrawals.iter().map(|withdrawal| {
            Ok(Update::builder()
                .table_name(&self.table)
                .set_key(Some(key::bucket(event.id, withdrawal.no)))
                .update_expression(
                    "SET #free = #free - :free, #held = #held - :held, #rev = #rev + :one, #request = :request",
                )
                .condition_expression("#free >= :free AND #held >= :held")
                .expression_attribute_names("#free", FREE)
                .expression_attribute_names("#held", HELD)
                .expression_attribute_names("#rev", REV)
                .expression_attribute_names("#request", REQUEST)
                .expression_attribute_values(":request", s(request))
                .expression_attribute_values(":free", n(withdrawal.free))
                .expression_attribute_values(":held", n(withdrawal.held))
                .expression_attribute_values(":one", n(1))
                .build()?)
        });
        self.change_capacity(event, updates, request, entry).await
    }

    /// [`EventWrite::Stale`] is an error of the event's version; a bucket in the way is contention.
    async fn change_capacity(
        &self,
        event: &Event,
        updates: impl Iterator<Item = Result<Update, StoreError>>,
        request: &str,
        entry: Option<&AuditEntry>,
    ) -> Result<EventWrite, StoreError> {
        let put = self.put_event(event, request)?;
        let mut transaction = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(put).build());
        for update in updates {
            transaction =
                transaction.transact_items(TransactWriteItem::builder().update(update?).build());
        }
        if let Some(entry) = entry {
            transaction = transaction.transact_items(self.noting(entry)?);
        }
        let Err(error) = transaction.send().await else {
            return Ok(EventWrite::Written);
        };
        if !error
            .as_service_error()
            .is_some_and(TransactWriteItemsError::is_transaction_canceled_exception)
        {
            return Err(error.into());
        }
        // Perhaps for this very write, whose first answer was lost.
        if let Some(entry) = entry
            && self.is_noted(entry).await?
        {
            return Ok(EventWrite::Written);
        }
        if cancelled_by_condition(error.as_service_error(), 0) {
            Ok(EventWrite::Stale)
        } else {
            Err(StoreError::Contended("an event's buckets"))
        }
    }
}
