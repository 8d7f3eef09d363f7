//! Writes as `DynamoDB` takes them.

use aws_sdk_dynamodb::{
    error::BuildError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        ConditionCheck, Delete as DeletePart, Put as PutPart, ReturnValue,
        ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update as UpdatePart,
    },
};

use super::{
    DynamoDb,
    error::{cancelled, of_one},
    expression::{Aliases, changes, condition},
    from_sdk, to_sdk,
};
use crate::{Item, Returned, TableError, TransactionError, Write, WriteError};

/// Adds to a call, or to a part of a transaction, the table and what the write demands. The SDK has a builder for each of them,
/// and no trait for all.
macro_rules! demanding {
    ($builder:expr, $table:expr, $must_hold:expr, $aliases:expr, $explained:expr) => {
        $builder
            .table_name(&$table.name)
            .set_condition_expression($must_hold)
            .set_expression_attribute_names($aliases.names())
            .set_expression_attribute_values($aliases.values())
            .set_return_values_on_condition_check_failure($explained)
    };
}

impl DynamoDb {
    pub(super) async fn write_item(&self, write: Write) -> Result<Item, WriteError> {
        let mut aliases = Aliases::default();
        let explained = explained(write.is_explained());
        let must_hold = write
            .condition()
            .map(|wanted| condition(wanted, &mut aliases));
        let written = match write {
            Write::Put(put) => {
                let call = self.client.put_item().set_item(Some(to_sdk(put.item)));
                demanding!(call, self, must_hold, aliases, explained)
                    .send()
                    .await?;
                None
            }
            Write::Update(update) => {
                let expression = changes(&update.changes, &mut aliases);
                let call = self
                    .client
                    .update_item()
                    .set_key(Some(to_sdk(update.key)))
                    .update_expression(expression)
                    .set_return_values(returned(update.returned));
                demanding!(call, self, must_hold, aliases, explained)
                    .send()
                    .await?
                    .attributes
            }
            Write::Delete(delete) => {
                let call = self
                    .client
                    .delete_item()
                    .set_key(Some(to_sdk(delete.key)))
                    .set_return_values(delete.returns_old.then_some(ReturnValue::AllOld));
                demanding!(call, self, must_hold, aliases, explained)
                    .send()
                    .await?
                    .attributes
            }
            check @ Write::Check { .. } => {
                self.transact_items(vec![check]).await.map_err(of_one)?;
                None
            }
        };
        Ok(written.map(from_sdk).unwrap_or_default())
    }

    pub(super) async fn transact_items(&self, writes: Vec<Write>) -> Result<(), TransactionError> {
        let items = writes
            .into_iter()
            .map(|write| self.part(write))
            .collect::<Result<Vec<_>, _>>()
            .map_err(TableError::from)?;
        let sent = self
            .client
            .transact_write_items()
            .set_transact_items(Some(items))
            .send()
            .await;
        let Err(error) = sent else {
            return Ok(());
        };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(error)) => {
                Err(cancelled(error.cancellation_reasons()))
            }
            _ => Err(TableError::from(error).into()),
        }
    }

    /// The write as a part of a transaction.
    fn part(&self, write: Write) -> Result<TransactWriteItem, BuildError> {
        let mut aliases = Aliases::default();
        let explained = explained(write.is_explained());
        let must_hold = write
            .condition()
            .map(|wanted| condition(wanted, &mut aliases));
        let part = TransactWriteItem::builder();
        Ok(match write {
            Write::Put(put) => {
                let put = PutPart::builder().set_item(Some(to_sdk(put.item)));
                part.put(demanding!(put, self, must_hold, aliases, explained).build()?)
            }
            Write::Update(update) => {
                let expression = changes(&update.changes, &mut aliases);
                let update = UpdatePart::builder()
                    .set_key(Some(to_sdk(update.key)))
                    .update_expression(expression);
                part.update(demanding!(update, self, must_hold, aliases, explained).build()?)
            }
            Write::Delete(delete) => {
                let delete = DeletePart::builder().set_key(Some(to_sdk(delete.key)));
                part.delete(demanding!(delete, self, must_hold, aliases, explained).build()?)
            }
            Write::Check { key, .. } => {
                let check = ConditionCheck::builder().set_key(Some(to_sdk(key)));
                part.condition_check(
                    demanding!(check, self, must_hold, aliases, explained).build()?,
                )
            }
        }
        .build())
    }
}

fn explained(wanted: bool) -> Option<ReturnValuesOnConditionCheckFailure> {
    wanted.then_some(ReturnValuesOnConditionCheckFailure::AllOld)
}

fn returned(returned: Returned) -> Option<ReturnValue> {
    match returned {
        Returned::Nothing => None,
        Returned::Updated => Some(ReturnValue::UpdatedNew),
        Returned::New => Some(ReturnValue::AllNew),
        Returned::Old => Some(ReturnValue::AllOld),
    }
}
