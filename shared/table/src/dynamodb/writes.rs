//! Converts writes of the table into calls of `DynamoDB`.

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
    error::cancelled,
    expression::{Aliases, changes, condition},
    from_sdk, to_sdk,
};
use crate::{
    Condition, Delete, Item, Put, Returned, TableError, TransactionError, Update, Write, WriteError,
};

/// Adds the table's name and the condition of a write to the builder of a call, or of a part of a transaction. This is a macro,
/// because each kind of call and part has a different builder in the SDK, and the builders have no common trait.
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
    pub(super) async fn put_item(&self, put: Put) -> Result<(), WriteError> {
        let mut aliases = Aliases::default();
        let must_hold = must_hold(put.condition, &mut aliases);
        let call = self.client.put_item().set_item(Some(to_sdk(put.item)));
        demanding!(call, self, must_hold, aliases, explained(put.explained))
            .send()
            .await?;
        Ok(())
    }

    pub(super) async fn update_item(&self, update: Update) -> Result<Item, WriteError> {
        let mut aliases = Aliases::default();
        let must_hold = must_hold(update.condition, &mut aliases);
        let call = self
            .client
            .update_item()
            .update_expression(changes(update.changes, &mut aliases))
            .set_key(Some(to_sdk(update.key)))
            .set_return_values(returned(update.returned));
        let answer = demanding!(call, self, must_hold, aliases, explained(update.explained))
            .send()
            .await?;
        Ok(answer.attributes.map(from_sdk).unwrap_or_default())
    }

    pub(super) async fn delete_item(&self, delete: Delete) -> Result<Item, WriteError> {
        let mut aliases = Aliases::default();
        let must_hold = must_hold(delete.condition, &mut aliases);
        let call = self
            .client
            .delete_item()
            .set_key(Some(to_sdk(delete.key)))
            .set_return_values(delete.returns_old.then_some(ReturnValue::AllOld));
        let answer = demanding!(call, self, must_hold, aliases, explained(delete.explained))
            .send()
            .await?;
        Ok(answer.attributes.map(from_sdk).unwrap_or_default())
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

    /// Converts the write into a part of a transaction of the SDK.
    fn part(&self, write: Write) -> Result<TransactWriteItem, BuildError> {
        let mut aliases = Aliases::default();
        let part = TransactWriteItem::builder();
        Ok(match write {
            Write::Put(put) => {
                let must_hold = must_hold(put.condition, &mut aliases);
                let part_put = PutPart::builder().set_item(Some(to_sdk(put.item)));
                let explained = explained(put.explained);
                part.put(demanding!(part_put, self, must_hold, aliases, explained).build()?)
            }
            Write::Update(update) => {
                let must_hold = must_hold(update.condition, &mut aliases);
                let part_update = UpdatePart::builder()
                    .update_expression(changes(update.changes, &mut aliases))
                    .set_key(Some(to_sdk(update.key)));
                let explained = explained(update.explained);
                part.update(demanding!(part_update, self, must_hold, aliases, explained).build()?)
            }
            Write::Delete(delete) => {
                let must_hold = must_hold(delete.condition, &mut aliases);
                let part_delete = DeletePart::builder().set_key(Some(to_sdk(delete.key)));
                let explained = explained(delete.explained);
                part.delete(demanding!(part_delete, self, must_hold, aliases, explained).build()?)
            }
            Write::Check { key, condition } => {
                let must_hold = must_hold(Some(condition), &mut aliases);
                let check = ConditionCheck::builder().set_key(Some(to_sdk(key)));
                part.condition_check(demanding!(check, self, must_hold, aliases, None).build()?)
            }
        }
        .build())
    }
}

fn must_hold(wanted: Option<Condition>, aliases: &mut Aliases) -> Option<String> {
    wanted.map(|wanted| condition(wanted, aliases))
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
