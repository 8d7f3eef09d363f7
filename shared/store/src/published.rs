//! The list of published events that are not over, by start.
//!
//! An event leaves the index when it is called off, completed, or found to be over by a list that comes by it: nothing else
//! tells the table that time went on, and what stayed would be looked at by every list after it.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use domain::{
    event::Event,
    id::EventId,
    schedule::MAX_DURATION_DAYS,
    search::{EventQuery, SearchText, category_mark, tag_mark},
};
use futures::future::join_all;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::{
    Page, Store, StoreError,
    attribute::{GSI1, GSI1PK, GSI1SK, Item, n, s, text},
    events::{SEARCH, SHOWN, VERSION},
    key,
};

/// Which published events to list.
#[derive(Debug, Clone)]
pub struct EventFilter {
    /// Not over at this time, which is now: what is over leaves the index.
    pub not_over_at: Timestamp,
    /// Starting at this time or later.
    pub from: Option<Timestamp>,
    /// Starting before this time; a range that ends before it begins is empty.
    pub to: Option<Timestamp>,
    /// Which of them the caller wants to find.
    pub query: EventQuery,
}

/// Where a list of events goes on: after this event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPosition {
    /// Start of the last event seen.
    pub starts_at: Timestamp,
    /// The last event seen.
    pub id: EventId,
}

/// Events that one `Query` looks at where most may not be listed, and how many queries a page may take: a page of a very
/// selective filter may come back short, with a cursor to go on.
const LOOKED_AT_PER_QUERY: usize = 200;
const QUERIES_PER_PAGE: usize = 10;
/// Words of a query that the table looks for; an expression is bounded. The others are looked for in what it returns.
const WORDS_PER_QUERY: usize = 10;
/// Events that one page takes out of the index, at the same time.
const DELISTED_PER_PAGE: usize = 25;

impl Store {
    /// Published events by start, after `after`. Those that it finds over are taken out of the index.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_published(
        &self,
        filter: &EventFilter,
        limit: usize,
        after: Option<EventPosition>,
    ) -> Result<(Page<Event>, Option<EventPosition>), StoreError> {
        let mut over = Vec::new();
        let listed = self.look_at(filter, limit, after, &mut over).await;
        over.truncate(DELISTED_PER_PAGE);
        join_all(over.iter().map(|event| self.delist(event))).await;
        listed
    }

    /// As [`Store::list_published`]; `over`: what it came by that is over.
    async fn look_at(
        &self,
        filter: &EventFilter,
        limit: usize,
        after: Option<EventPosition>,
        over: &mut Vec<Event>,
    ) -> Result<(Page<Event>, Option<EventPosition>), StoreError> {
        let page = |items, more| Page { items, more };
        let Some(query) = self.published(filter, after) else {
            return Ok((page(Vec::new(), false), None));
        };
        let mut events: Vec<Event> = Vec::new();
        let mut start = after.map(|after| {
            let mut start = key::event(after.id);
            start.extend(key::listed_event(after.starts_at, after.id));
            start
        });
        // One more than the page has, to see whether there are more.
        let mut looked_at = if filter.query.is_empty() {
            limit + 1
        } else {
            LOOKED_AT_PER_QUERY
        };
        for _ in 0..QUERIES_PER_PAGE {
            let query = query
                .clone()
                .limit(i32::try_from(looked_at).unwrap_or(i32::MAX));
            let found = query.set_exclusive_start_key(start).send().await?;
            for item in found.items.unwrap_or_default() {
                let event: Event = serde_dynamo::from_item(item)?;
                if event.details.schedule.ends_at <= filter.not_over_at {
                    over.push(event);
                } else if !filter.query.is_empty() && !filter.query.matches(&event.details) {
                    // Its search text is of an older rule, which the table passes over.
                } else if events.len() == limit {
                    let last = events.last().map(position);
                    return Ok((page(events, true), last));
                } else {
                    events.push(event);
                }
            }
            start = found.last_evaluated_key;
            if start.is_none() {
                return Ok((page(events, false), None));
            }
            looked_at = LOOKED_AT_PER_QUERY;
        }
        let last = start.as_ref().map(parse_position).transpose()?;
        Ok((page(events, true), last))
    }

    /// What the index is asked; `None`: the range is empty.
    fn published(
        &self,
        filter: &EventFilter,
        after: Option<EventPosition>,
    ) -> Option<QueryFluentBuilder> {
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
            return None;
        }
        // Time goes on between two pages; the place where the first one ended stays within the range.
        let from = after.map_or(from, |after| from.min(after.starts_at));
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(GSI1)
            .key_condition_expression("#gsi1pk = :published AND #gsi1sk BETWEEN :from AND :to")
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_names("#gsi1sk", GSI1SK)
            .expression_attribute_values(":published", s(key::PUBLISHED))
            .expression_attribute_values(":from", s(key::listed_time(from)))
            .expression_attribute_values(":to", s(key::listed_time(to)))
            .projection_expression(SHOWN.map(|name| format!("#{name}")).join(", "));
        for name in SHOWN {
            query = query.expression_attribute_names(format!("#{name}"), name);
        }
        Some(found_by(query, &filter.query))
    }

    /// Takes an event out of the index. Whether it did: not where somebody else did, or wrote the event since it was read. A
    /// table that refuses is no error: the next list comes by it again.
    pub(crate) async fn delist(&self, event: &Event) -> bool {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::event(event.id)))
            .update_expression("REMOVE #gsi1pk, #gsi1sk, #search")
            .condition_expression("#version = :version AND attribute_exists(#gsi1pk)")
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_names("#gsi1sk", GSI1SK)
            .expression_attribute_names("#search", SEARCH)
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":version", n(event.version))
            .send()
            .await;
        written.is_ok()
    }
}

/// Sorts out events whose search text lacks what the query wants. An event whose search text is of an older rule passes.
fn found_by(query: QueryFluentBuilder, wanted: &EventQuery) -> QueryFluentBuilder {
    if wanted.is_empty() {
        return query;
    }
    let mut query = query
        .expression_attribute_names("#search", SEARCH)
        .expression_attribute_values(":rule", s(SearchText::RULE));
    let mut conditions = Vec::new();
    if let Some(category) = &wanted.category {
        conditions.push("(#category = :category OR contains(#search, :categoryMark))".to_owned());
        query = query
            .expression_attribute_values(":category", s(category))
            .expression_attribute_values(":categoryMark", s(category_mark(category)));
    }
    for (at, tag) in wanted.tags.iter().enumerate() {
        conditions.push(format!(
            "(contains(#tags, :tag{at}) OR contains(#search, :tagMark{at}))"
        ));
        query = query
            .expression_attribute_values(format!(":tag{at}"), s(tag))
            .expression_attribute_values(format!(":tagMark{at}"), s(tag_mark(tag)));
    }
    for (at, word) in wanted.words.iter().take(WORDS_PER_QUERY).enumerate() {
        let mut spellings = Vec::new();
        for (of, spelling) in word.spellings.iter().enumerate() {
            spellings.push(format!("contains(#search, :word{at}x{of})"));
            query = query.expression_attribute_values(format!(":word{at}x{of}"), s(spelling));
        }
        conditions.push(format!("({})", spellings.join(" OR ")));
    }
    // AND binds closer than OR; the table refuses parentheses that change nothing.
    query.filter_expression(format!(
        "NOT begins_with(#search, :rule) OR {}",
        conditions.join(" AND ")
    ))
}

fn position(event: &Event) -> EventPosition {
    EventPosition {
        starts_at: event.details.schedule.starts_at,
        id: event.id,
    }
}

/// Reads the key at which a query stopped.
fn parse_position(key: &Item) -> Result<EventPosition, StoreError> {
    let sort = text(key, GSI1SK)?;
    let parse = || {
        let (at, id) = sort.split_once('#')?;
        Some(EventPosition {
            starts_at: Timestamp::from_millisecond(at.parse().ok()?).ok()?,
            id: format!("evt_{id}").parse().ok()?,
        })
    };
    parse().ok_or(StoreError::corrupt("an index key"))
}
