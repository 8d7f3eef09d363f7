//! Converts reads of the table into calls of `DynamoDB`.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    error::BuildError,
    operation::transact_get_items::TransactGetItemsError,
    types::{AttributeValue, Get, KeysAndAttributes, Select, TransactGetItem},
};

use super::{
    DynamoDb,
    error::cancelled,
    expression::{Aliases, condition, key_condition, projection},
    from_sdk, to_sdk,
};
use crate::{Batch, Index, Item, Query, QueryPage, TableError, TransactionError};

impl DynamoDb {
    pub(super) async fn get_item(
        &self,
        key: Item,
        consistent: bool,
    ) -> Result<Option<Item>, TableError> {
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

    pub(super) async fn get_items_at_once(
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
                Some(TransactGetItemsError::TransactionCanceledException(error)) => {
                    Err(cancelled(error.cancellation_reasons()))
                }
                _ => Err(TableError::from(error).into()),
            },
        }
    }

    pub(super) async fn get_items(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> Result<Batch, TableError> {
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

    pub(super) async fn query_page(&self, query: Query) -> Result<QueryPage, TableError> {
        let mut aliases = Aliases::default();
        let keys = key_condition(query.index, query.partition, query.sort, &mut aliases);
        let filter = query.filter.map(|filter| condition(filter, &mut aliases));
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
}
