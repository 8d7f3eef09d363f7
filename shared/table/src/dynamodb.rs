//! The table on `DynamoDB`: writes and queries as expressions.

mod expression;

use std::{collections::HashMap, hash::BuildHasher};

pub use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{BuildError, ProvideErrorMetadata, SdkError},
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError,
        transact_get_items::TransactGetItemsError, transact_write_items::TransactWriteItemsError,
        update_item::UpdateItemError,
    },
    types::{
        AttributeValue, CancellationReason, ConditionCheck, Delete as DeletePart, Get,
        KeysAndAttributes, Put as PutPart, ReturnValue, ReturnValuesOnConditionCheckFailure,
        Select, TransactGetItem, TransactWriteItem, Update as UpdatePart,
        error::ConditionalCheckFailedException,
    },
};
use futures::{FutureExt as _, future::BoxFuture};

use crate::{
    Batch, Index, Item, Query, QueryPage, Reason, Returned, Table, TableError, TransactionError,
    Write, WriteError,
};
use expression::{Aliases, changes, condition, key_condition, projection};

/// Codes that `DynamoDB` gives to calls that may succeed later ("Error handling", developer guide).
const TRANSIENT: [&str; 9] = [
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
    "ReplicatedWriteConflictException",
];

/// A table of `DynamoDB`.
#[derive(Debug, Clone)]
pub struct DynamoDb {
    client: Client,
    name: String,
}

impl DynamoDb {
    /// Returns the table named `name`, through `client`.
    #[must_use]
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self {
            client,
            name: name.into(),
        }
    }

    async fn get_item(&self, key: Item, consistent: bool) -> Result<Option<Item>, TableError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(to_sdk(key)))
            .consistent_read(consistent)
            .send()
            .await?;
        Ok(found.item.map(from_sdk))
    }

    async fn get_items_at_once(
        &self,
        keys: Vec<Item>,
    ) -> Result<Vec<Option<Item>>, TransactionError> {
        let part = |key| {
            let get = Get::builder()
                .table_name(&self.name)
                .set_key(Some(to_sdk(key)))
                .build()?;
            Ok::<_, BuildError>(TransactGetItem::builder().get(get).build())
        };
        let parts = keys.into_iter().map(part).collect::<Result<Vec<_>, _>>();
        let read = self
            .client
            .transact_get_items()
            .set_transact_items(Some(parts.map_err(TableError::from)?))
            .send()
            .await;
        match read {
            Ok(answer) => Ok(answer
                .responses
                .unwrap_or_default()
                .into_iter()
                .map(|response| response.item.map(from_sdk))
                .collect()),
            Err(error) => match error.as_service_error() {
                Some(TransactGetItemsError::TransactionCanceledException(cancelled)) => {
                    let reasons = cancelled.cancellation_reasons();
                    Err(TransactionError::Cancelled(
                        reasons.iter().map(reason).collect(),
                    ))
                }
                _ => Err(TableError::from(error).into()),
            },
        }
    }

    async fn get_items(&self, keys: Vec<Item>, consistent: bool) -> Result<Batch, TableError> {
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys.into_iter().map(to_sdk).collect()))
            .consistent_read(consistent)
            .build()?;
        let answer = self
            .client
            .batch_get_item()
            .request_items(&self.name, request)
            .send()
            .await?;
        let found = answer
            .responses
            .and_then(|mut tables| tables.remove(&self.name));
        let unread = answer
            .unprocessed_keys
            .and_then(|mut tables| tables.remove(&self.name));
        let all = |items: Vec<HashMap<String, AttributeValue>>| items.into_iter().map(from_sdk);
        Ok(Batch {
            items: all(found.unwrap_or_default()).collect(),
            unread: all(unread.map(|rest| rest.keys).unwrap_or_default()).collect(),
        })
    }

    async fn query_page(&self, query: Query) -> Result<QueryPage, TableError> {
        let mut aliases = Aliases::default();
        let keys = key_condition(&query, &mut aliases);
        let filter = query
            .filter
            .as_ref()
            .map(|filter| condition(filter, &mut aliases));
        let shown = projection(query.projection, &mut aliases);
        let (index, consistent) = match query.index {
            Index::Table => (None, true),
            Index::Gsi1 => (Some("gsi1".to_owned()), false),
        };
        let limit = query
            .limit
            .map(|limit| i32::try_from(limit).unwrap_or(i32::MAX));
        let found = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(index)
            .set_consistent_read(consistent.then_some(true))
            .key_condition_expression(keys)
            .set_filter_expression(filter)
            .set_projection_expression(shown)
            .set_expression_attribute_names(aliases.names())
            .set_expression_attribute_values(aliases.values())
            .set_scan_index_forward(query.descending.then_some(false))
            .set_limit(limit)
            .set_select(query.count_only.then_some(Select::Count))
            .set_exclusive_start_key(query.start.map(to_sdk))
            .send()
            .await?;
        Ok(QueryPage {
            items: found
                .items
                .unwrap_or_default()
                .into_iter()
                .map(from_sdk)
                .collect(),
            count: u32::try_from(found.count).unwrap_or(0),
            last_key: found.last_evaluated_key.map(from_sdk),
        })
    }

    async fn write_item(&self, write: Write) -> Result<Item, WriteError> {
        let mut aliases = Aliases::default();
        let explained = explained(write.is_explained());
        let must_hold = write
            .condition()
            .map(|wanted| condition(wanted, &mut aliases));
        let written = match write {
            Write::Put(put) => {
                self.client
                    .put_item()
                    .table_name(&self.name)
                    .set_item(Some(to_sdk(put.item)))
                    .set_condition_expression(must_hold)
                    .set_expression_attribute_names(aliases.names())
                    .set_expression_attribute_values(aliases.values())
                    .set_return_values_on_condition_check_failure(explained)
                    .send()
                    .await?;
                None
            }
            Write::Update(update) => {
                let expression = changes(&update.changes, &mut aliases);
                self.client
                    .update_item()
                    .table_name(&self.name)
                    .set_key(Some(to_sdk(update.key)))
                    .update_expression(expression)
                    .set_condition_expression(must_hold)
                    .set_expression_attribute_names(aliases.names())
                    .set_expression_attribute_values(aliases.values())
                    .set_return_values(returned(update.returned))
                    .set_return_values_on_condition_check_failure(explained)
                    .send()
                    .await?
                    .attributes
            }
            Write::Delete(delete) => {
                self.client
                    .delete_item()
                    .table_name(&self.name)
                    .set_key(Some(to_sdk(delete.key)))
                    .set_condition_expression(must_hold)
                    .set_expression_attribute_names(aliases.names())
                    .set_expression_attribute_values(aliases.values())
                    .set_return_values(returned(delete.returned))
                    .set_return_values_on_condition_check_failure(explained)
                    .send()
                    .await?
                    .attributes
            }
            check @ Write::Check { .. } => {
                self.transact_items(vec![check])
                    .await
                    .map_err(|error| match error {
                        TransactionError::Table(error) => WriteError::Table(error),
                        error @ TransactionError::Cancelled(_) => {
                            WriteError::Conflict(Box::new(error))
                        }
                    })?;
                None
            }
        };
        Ok(written.map(from_sdk).unwrap_or_default())
    }

    async fn transact_items(&self, writes: Vec<Write>) -> Result<(), TransactionError> {
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
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                let reasons = cancelled.cancellation_reasons();
                Err(TransactionError::Cancelled(
                    reasons.iter().map(reason).collect(),
                ))
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
            Write::Put(put) => part.put(
                PutPart::builder()
                    .table_name(&self.name)
                    .set_item(Some(to_sdk(put.item)))
                    .set_condition_expression(must_hold)
                    .set_expression_attribute_names(aliases.names())
                    .set_expression_attribute_values(aliases.values())
                    .set_return_values_on_condition_check_failure(explained)
                    .build()?,
            ),
            Write::Update(update) => {
                let expression = changes(&update.changes, &mut aliases);
                part.update(
                    UpdatePart::builder()
                        .table_name(&self.name)
                        .set_key(Some(to_sdk(update.key)))
                        .update_expression(expression)
                        .set_condition_expression(must_hold)
                        .set_expression_attribute_names(aliases.names())
                        .set_expression_attribute_values(aliases.values())
                        .set_return_values_on_condition_check_failure(explained)
                        .build()?,
                )
            }
            Write::Delete(delete) => part.delete(
                DeletePart::builder()
                    .table_name(&self.name)
                    .set_key(Some(to_sdk(delete.key)))
                    .set_condition_expression(must_hold)
                    .set_expression_attribute_names(aliases.names())
                    .set_expression_attribute_values(aliases.values())
                    .set_return_values_on_condition_check_failure(explained)
                    .build()?,
            ),
            Write::Check { key, .. } => part.condition_check(
                ConditionCheck::builder()
                    .table_name(&self.name)
                    .set_key(Some(to_sdk(key)))
                    .condition_expression(must_hold.unwrap_or_default())
                    .set_expression_attribute_names(aliases.names())
                    .set_expression_attribute_values(aliases.values())
                    .build()?,
            ),
        }
        .build())
    }
}

impl Table for DynamoDb {
    fn get(&self, key: Item, consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>> {
        self.get_item(key, consistent).boxed()
    }

    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>> {
        self.get_items_at_once(keys).boxed()
    }

    fn get_batch(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> BoxFuture<'_, Result<Batch, TableError>> {
        self.get_items(keys, consistent).boxed()
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<QueryPage, TableError>> {
        self.query_page(query).boxed()
    }

    fn write(&self, write: Write) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.write_item(write).boxed()
    }

    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        self.transact_items(writes).boxed()
    }
}

/// Converts an item of the SDK.
#[must_use]
pub fn from_sdk<S: BuildHasher>(item: HashMap<String, AttributeValue, S>) -> Item {
    item.into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect()
}

/// Converts an item for the SDK.
#[must_use]
pub fn to_sdk(item: Item) -> HashMap<String, AttributeValue> {
    item.into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect()
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

fn reason(reason: &CancellationReason) -> Reason {
    match reason.code() {
        None | Some("None") => Reason::None,
        Some("ConditionalCheckFailed") => Reason::Condition(reason.item().cloned().map(from_sdk)),
        Some("TransactionConflict") => Reason::Conflict,
        Some("ThrottlingError" | "ProvisionedThroughputExceeded") => Reason::Throttled,
        Some(other) => Reason::Other(other.to_owned()),
    }
}

impl<E> From<SdkError<E, HttpResponse>> for TableError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let transient = match &error {
            SdkError::ConstructionFailure(_) => false,
            SdkError::ServiceError(service) => {
                let status = service.raw().status();
                // A success that cannot be read is an answer that got lost on its way.
                status.is_success()
                    || status.is_server_error()
                    || service
                        .err()
                        .code()
                        .is_some_and(|code| TRANSIENT.contains(&code))
            }
            // Timeouts, connections that fail, answers that make no sense.
            _ => true,
        };
        if transient {
            Self::Unavailable(Box::new(error))
        } else {
            Self::Refused(Box::new(error))
        }
    }
}

impl From<BuildError> for TableError {
    fn from(error: BuildError) -> Self {
        Self::Refused(Box::new(error))
    }
}

/// An error of a write that has a condition.
trait Conditional {
    /// The failed condition, if it is one.
    fn failed(&self) -> Option<&ConditionalCheckFailedException>;

    /// Whether a transaction held the item.
    fn is_conflict(&self) -> bool;
}

macro_rules! conditional {
    ($($error:ident),*) => { $(
        impl Conditional for $error {
            fn failed(&self) -> Option<&ConditionalCheckFailedException> {
                match self {
                    Self::ConditionalCheckFailedException(failed) => Some(failed),
                    _ => None,
                }
            }

            fn is_conflict(&self) -> bool {
                self.is_transaction_conflict_exception()
            }
        }
    )* };
}

conditional!(PutItemError, UpdateItemError, DeleteItemError);

impl<E> From<SdkError<E, HttpResponse>> for WriteError
where
    E: Conditional + ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let service = error.as_service_error();
        if let Some(failed) = service.and_then(Conditional::failed) {
            Self::Condition(failed.item().cloned().map(from_sdk))
        } else if service.is_some_and(Conditional::is_conflict) {
            Self::Conflict(Box::new(error))
        } else {
            Self::Table(error.into())
        }
    }
}
