//! Capacity of a published event: the event and seats of its buckets, in one transaction.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{Put, TransactWriteItem, Update},
};
use domain::{
    event::Event,
    guest_list::{bucket::BucketNo, capacity_change::Withdrawal},
};

use crate::{
    EventWrite, Store, StoreError,
    accounts::cancelled_by_condition,
    attribute::n,
    buckets::{FREE, HELD, REV},
    events::{VERSION, item},
    key,
};

impl Store {
    /// Writes `event`, whose capacity was raised, over the version before it, and adds the `seats` to its
    /// buckets, as held, in the same transaction.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn raise_capacity(
        &self,
        event: &Event,
        seats: &[(BucketNo, u32)],
    ) -> Result<EventWrite, StoreError> {
        let updates = seats.iter().map(|(no, seats)| {
            Ok(Update::builder()
                .table_name(&self.table)
                .set_key(Some(key::bucket(event.id, *no)))
                .update_expression("SET #held = #held + :seats, #rev = #rev + :one")
                .expression_attribute_names("#held", HELD)
                .expression_attribute_names("#rev", REV)
                .expression_attribute_values(":seats", n(seats))
                .expression_attribute_values(":one", n(1))
                .build()?)
        });
        self.change_capacity(event, updates).await
    }

    /// Writes `event`, whose capacity was lowered, over the version before it, and takes the seats out of its
    /// buckets in the same transaction.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn lower_capacity(
        &self,
        event: &Event,
        withdrawals: &[Withdrawal],
    ) -> Result<EventWrite, StoreError> {
        let updates = withdrawals.iter().map(|withdrawal| {
            Ok(Update::builder()
                .table_name(&self.table)
                .set_key(Some(key::bucket(event.id, withdrawal.no)))
                .update_expression(
                    "SET #free = #free - :free, #held = #held - :held, #rev = #rev + :one",
                )
                .condition_expression("#free >= :free AND #held >= :held")
                .expression_attribute_names("#free", FREE)
                .expression_attribute_names("#held", HELD)
                .expression_attribute_names("#rev", REV)
                .expression_attribute_values(":free", n(withdrawal.free))
                .expression_attribute_values(":held", n(withdrawal.held))
                .expression_attribute_values(":one", n(1))
                .build()?)
        });
        self.change_capacity(event, updates).await
    }

    /// [`EventWrite::Stale`] is an error of the event's version; a bucket in the way is contention.
    async fn change_capacity(
        &self,
        event: &Event,
        updates: impl Iterator<Item = Result<Update, StoreError>>,
    ) -> Result<EventWrite, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item(event)?))
            .condition_expression("#version = :before")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":before", n(event.version - 1))
            .build()?;
        let mut transaction = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(put).build());
        for update in updates {
            transaction =
                transaction.transact_items(TransactWriteItem::builder().update(update?).build());
        }
        match transaction.send().await {
            Ok(_) => Ok(EventWrite::Written),
            Err(error) if cancelled_by_condition(error.as_service_error(), 0) => {
                Ok(EventWrite::Stale)
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(TransactWriteItemsError::is_transaction_canceled_exception) =>
            {
                Err(StoreError::Contended("an event's buckets"))
            }
            Err(error) => Err(error.into()),
        }
    }
}
