//! Lists: of items of one partition.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::id::{EventId, UserId};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Store, StoreError,
    attribute::{Item, PK, SK, s},
    key,
};

/// Some items of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// There may be more after them.
    pub more: bool,
}

/// Items of one partition whose sort keys begin alike.
pub(crate) struct Range {
    pk: String,
    prefix: &'static str,
    newest_first: bool,
}

impl Range {
    pub(crate) fn oldest_first(pk: String, prefix: &'static str) -> Self {
        Self {
            pk,
            prefix,
            newest_first: false,
        }
    }

    pub(crate) fn newest_first(pk: String, prefix: &'static str) -> Self {
        Self {
            pk,
            prefix,
            newest_first: true,
        }
    }
}

/// A filter expression with its names and values.
pub(crate) type Filter = (
    &'static str,
    Vec<(&'static str, &'static str)>,
    Vec<(&'static str, AttributeValue)>,
);

impl Store {
    /// Ids of the events that a user runs, in the order of their making, after `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_owned_events(
        &self,
        user: UserId,
        limit: usize,
        after: Option<EventId>,
    ) -> Result<Page<EventId>, StoreError> {
        let range = Range::oldest_first(key::user_pk(user), key::OWNS);
        let after = after.map(|event| key::owns(user, event));
        self.list_event_ids(range, limit, after).await
    }

    /// Ids of the events that a user is door staff of, in the order of their making, after `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_staffed_events(
        &self,
        user: UserId,
        limit: usize,
        after: Option<EventId>,
    ) -> Result<Page<EventId>, StoreError> {
        let range = Range::oldest_first(key::user_pk(user), key::STAFF);
        let after = after.map(|event| key::staffs(event, user));
        self.list_event_ids(range, limit, after).await
    }

    /// The events that items of `range` name.
    async fn list_event_ids(
        &self,
        range: Range,
        limit: usize,
        after: Option<Item>,
    ) -> Result<Page<EventId>, StoreError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Named {
            event_id: EventId,
        }
        let page: Page<Named> = self.query_partition(range, None, limit, after).await?;
        Ok(Page {
            items: page.items.into_iter().map(|named| named.event_id).collect(),
            more: page.more,
        })
    }

    /// All items of a partition whose sort keys begin with `prefix`, from the sort key `from` on, in their order, read
    /// consistently.
    pub(crate) async fn query_all(
        &self,
        pk: String,
        prefix: String,
        from: Option<String>,
    ) -> Result<Vec<Item>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", s(pk))
            // After everything that begins so.
            .expression_attribute_values(":to", s(format!("{prefix}\u{10ffff}")))
            .expression_attribute_values(":from", s(from.unwrap_or(prefix)))
            .consistent_read(true);
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let found = query.clone().set_exclusive_start_key(start).send().await?;
            items.extend(found.items.unwrap_or_default());
            start = found.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    /// Items of `range` after the key `after`.
    pub(crate) async fn query_partition<T: DeserializeOwned>(
        &self,
        range: Range,
        filter: Option<Filter>,
        limit: usize,
        after: Option<Item>,
    ) -> Result<Page<T>, StoreError> {
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#pk = :pk AND begins_with(#sk, :prefix)")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", s(range.pk))
            .expression_attribute_values(":prefix", s(range.prefix))
            .consistent_read(true)
            .scan_index_forward(!range.newest_first)
            .limit(i32::try_from(limit + 1).unwrap_or(i32::MAX));
        if let Some((expression, names, values)) = filter {
            query = query.filter_expression(expression);
            for (name, value) in names {
                query = query.expression_attribute_names(name, value);
            }
            for (name, value) in values {
                query = query.expression_attribute_values(name, value);
            }
        }
        let mut items = Vec::new();
        let mut start = after;
        loop {
            let found = query.clone().set_exclusive_start_key(start).send().await?;
            for item in found.items.unwrap_or_default() {
                if items.len() == limit {
                    return Ok(Page { items, more: true });
                }
                items.push(serde_dynamo::from_item(item)?);
            }
            start = found.last_evaluated_key;
            if start.is_none() {
                return Ok(Page { items, more: false });
            }
        }
    }
}
