//! Lists: of published events, and of items of one partition.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    event::Event,
    id::{EventId, UserId},
    schedule::MAX_DURATION_DAYS,
};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Store, StoreError,
    attribute::{GSI1, GSI1PK, GSI1SK, Item, PK, SK, n, s},
    events::{ENDS, SEARCH},
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

/// Which published events to list.
#[derive(Debug, Clone)]
pub struct EventFilter {
    /// Not over at this time.
    pub not_over_at: Timestamp,
    /// Starting at this time or later.
    pub from: Option<Timestamp>,
    /// Starting before this time; a range that ends before it begins is empty.
    pub to: Option<Timestamp>,
    /// Of this category.
    pub category: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// With this text in title, description or venue, without regard to case.
    pub text: Option<String>,
}

/// Where a list of events goes on: after this event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPosition {
    /// Start of the last event seen.
    pub starts_at: Timestamp,
    /// The last event seen.
    pub id: EventId,
}

/// Items that one `Query` of a filtered list looks at, and how many queries a page may take: a page of a very
/// selective filter may come back short, with a cursor to go on.
const LOOKED_AT_PER_QUERY: i32 = 200;
const QUERIES_PER_PAGE: usize = 10;

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

    /// Published events by start, after `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_published(
        &self,
        filter: &EventFilter,
        limit: usize,
        after: Option<EventPosition>,
    ) -> Result<(Page<Event>, Option<EventPosition>), StoreError> {
        // Events in progress began before now, by no more than the longest event lasts.
        let longest_ago = filter
            .not_over_at
            .checked_sub((MAX_DURATION_DAYS * 24).hours())
            .unwrap_or(Timestamp::UNIX_EPOCH);
        let from = filter
            .from
            .map_or(longest_ago, |from| from.max(longest_ago));
        let to = filter.to.unwrap_or(Timestamp::MAX);
        // A range that ends before it begins is an error to the table; to the caller it is empty.
        if from >= to {
            return Ok((
                Page {
                    items: Vec::new(),
                    more: false,
                },
                None,
            ));
        }
        // Time goes on between two pages; the place where the first one ended stays within the range.
        let from = after.map_or(from, |after| from.min(after.starts_at));
        let mut conditions = vec!["#ends > :now"];
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(GSI1)
            .key_condition_expression("#gsi1pk = :published AND #gsi1sk BETWEEN :from AND :to")
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_names("#gsi1sk", GSI1SK)
            .expression_attribute_names("#ends", ENDS)
            .expression_attribute_values(":published", s(key::PUBLISHED))
            .expression_attribute_values(":from", s(key::listed_time(from)))
            .expression_attribute_values(":to", s(key::listed_time(to)))
            .expression_attribute_values(":now", n(filter.not_over_at.as_millisecond()))
            .limit(LOOKED_AT_PER_QUERY);
        if let Some(category) = &filter.category {
            conditions.push("#category = :category");
            query = query
                .expression_attribute_names("#category", "category")
                .expression_attribute_values(":category", s(category));
        }
        if let Some(tag) = &filter.tag {
            conditions.push("contains(#tags, :tag)");
            query = query
                .expression_attribute_names("#tags", "tags")
                .expression_attribute_values(":tag", s(tag));
        }
        if let Some(text) = &filter.text {
            conditions.push("contains(#search, :text)");
            query = query
                .expression_attribute_names("#search", SEARCH)
                .expression_attribute_values(":text", s(text.to_lowercase()));
        }
        let query = query.filter_expression(conditions.join(" AND "));

        let mut events: Vec<Event> = Vec::new();
        let mut start = after.map(|after| {
            let mut start = key::event(after.id);
            start.extend(key::listed_event(after.starts_at, after.id));
            start
        });
        for _ in 0..QUERIES_PER_PAGE {
            let found = query.clone().set_exclusive_start_key(start).send().await?;
            for item in found.items.unwrap_or_default() {
                if events.len() == limit {
                    let last = events.last().map(position);
                    return Ok((
                        Page {
                            items: events,
                            more: true,
                        },
                        last,
                    ));
                }
                events.push(serde_dynamo::from_item(item)?);
            }
            start = found.last_evaluated_key;
            if start.is_none() {
                return Ok((
                    Page {
                        items: events,
                        more: false,
                    },
                    None,
                ));
            }
        }
        let last = start.as_ref().map(parse_position).transpose()?;
        Ok((
            Page {
                items: events,
                more: true,
            },
            last,
        ))
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

fn position(event: &Event) -> EventPosition {
    EventPosition {
        starts_at: event.details.schedule.starts_at,
        id: event.id,
    }
}

/// Reads the key at which a query stopped.
fn parse_position(key: &Item) -> Result<EventPosition, StoreError> {
    let sort = crate::attribute::text(key, GSI1SK)?;
    let parse = || {
        let (at, id) = sort.split_once('#')?;
        Some(EventPosition {
            starts_at: Timestamp::from_millisecond(at.parse().ok()?).ok()?,
            id: format!("evt_{id}").parse().ok()?,
        })
    };
    parse().ok_or(StoreError::corrupt("an index key"))
}
