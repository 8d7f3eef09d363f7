//! The list of published events that are not over, by start.
//!
//! An event leaves the index when it is cancelled or completed, or when a list reads it and finds it over. Nothing else would
//! remove events that have ended, and every later list would read them.

use domain::{
    events::{
        Event,
        schedule::MAX_DURATION_DAYS,
        search::{EventQuery, SearchText, category_mark, tag_mark},
    },
    id::EventId,
};
use futures::future::join_all;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use table::{Condition, Query, Update, attr};

use crate::{
    Page, Store, StoreError,
    attribute::{GSI1PK, GSI1SK, Item, n, s, text},
    events::{SEARCH, SHOWN, VERSION},
    key,
};

/// The filter for a list of published events.
#[derive(Debug, Clone)]
pub struct EventFilter {
    /// Not over at this time, which is now: events that are over leave the index.
    pub not_over_at: Timestamp,
    /// Starting at this time or later.
    pub from: Option<Timestamp>,
    /// Starting before this time; a range that ends before it begins is empty.
    pub to: Option<Timestamp>,
    /// The caller's search.
    pub query: EventQuery,
}

/// The position of a list of events: the last event of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPosition {
    /// Start of the last event seen.
    pub starts_at: Timestamp,
    /// The last event seen.
    pub id: EventId,
}

/// Events that one `Query` reads if most of them may not match, and the most queries of a page. A page of a very selective
/// filter may be short, with a cursor to go on.
const LOOKED_AT_PER_QUERY: usize = 200;
const QUERIES_PER_PAGE: usize = 10;
/// Words of a query that the table's filter has, because an expression is bounded. The others are checked afterwards.
const WORDS_PER_QUERY: usize = 10;
/// The most events that one page removes from the index, at the same time.
const DELISTED_PER_PAGE: usize = 25;

impl Store {
    /// Lists published events by start, after `after`. Removes events that it finds over from the index.
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

    /// Does the same as [`Store::list_published`], but collects events that are over in `over`.
    async fn look_at(
        &self,
        filter: &EventFilter,
        limit: usize,
        after: Option<EventPosition>,
        over: &mut Vec<Event>,
    ) -> Result<(Page<Event>, Option<EventPosition>), StoreError> {
        let page = |items, more| Page { items, more };
        let Some(query) = published(filter, after) else {
            return Ok((page(Vec::new(), false), None));
        };
        let mut events: Vec<Event> = Vec::new();
        let mut start = after.map(|after| {
            let mut start = key::event(after.id);
            start.extend(key::listed_event(after.starts_at, after.id));
            start
        });
        // One event more than the page has, to find out whether there are more events.
        let mut looked_at = if filter.query.is_empty() {
            limit + 1
        } else {
            LOOKED_AT_PER_QUERY
        };
        for _ in 0..QUERIES_PER_PAGE {
            let query = query.clone().limit(looked_at).start(start);
            let found = self.query_page(query).await?;
            for item in found.items {
                let event: Event = serde_dynamo::from_item(item)?;
                if event.details.schedule.ends_at <= filter.not_over_at {
                    over.push(event);
                } else if !filter.query.is_empty() && !filter.query.matches(&event.details) {
                    // The event's search text is of an older rule, which the table's filter lets pass.
                } else if events.len() == limit {
                    let last = events.last().map(position);
                    return Ok((page(events, true), last));
                } else {
                    events.push(event);
                }
            }
            start = found.last_key;
            if start.is_none() {
                return Ok((page(events, false), None));
            }
            looked_at = LOOKED_AT_PER_QUERY;
        }
        let last = start.as_ref().map(parse_position).transpose()?;
        Ok((page(events, true), last))
    }

    /// Removes an event from the index. Returns whether it did: `false` if another process did, or wrote the event since it
    /// was read. A failed write is not an error, because the next list finds the event again.
    pub(crate) async fn delist(&self, event: &Event) -> bool {
        let delist = Update::of(key::event(event.id))
            .remove(GSI1PK)
            .remove(GSI1SK)
            .remove(SEARCH)
            .when(
                attr(VERSION)
                    .equals(n(event.version))
                    .and(attr(GSI1PK).exists()),
            );
        self.write(delist).await.is_ok()
    }
}

/// Returns the query of the index; `None` if the range is empty.
fn published(filter: &EventFilter, after: Option<EventPosition>) -> Option<Query> {
    // An event in progress began before now, by no more than the longest event lasts.
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
    // Time passes between two pages; the position at which the first one ended stays within the range.
    let from = after.map_or(from, |after| from.min(after.starts_at));
    let mut query = Query::gsi1(key::PUBLISHED)
        .between(key::listed_time(from), key::listed_time(to))
        .projection(&SHOWN);
    query.filter = found_by(&filter.query);
    Some(query)
}

/// Returns the filter that leaves out events whose search text does not match the query; `None` if the query is empty. An
/// event whose search text is of an older rule passes.
fn found_by(wanted: &EventQuery) -> Option<Condition> {
    if wanted.is_empty() {
        return None;
    }
    let of_older_rule = attr(SEARCH).begins_with(SearchText::RULE).negated();
    let has = |text: &str| attr(SEARCH).contains(s(text));
    let mut all = Vec::new();
    if let Some(category) = &wanted.category {
        all.push(
            attr("category")
                .equals(s(category))
                .or(has(&category_mark(category))),
        );
    }
    for tag in &wanted.tags {
        all.push(attr("tags").contains(s(tag)).or(has(&tag_mark(tag))));
    }
    for word in wanted.words.iter().take(WORDS_PER_QUERY) {
        let spellings = word.spellings.iter().map(|spelling| has(spelling));
        all.push(Condition::Any(spellings.collect()));
    }
    Some(of_older_rule.or(Condition::All(all)))
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
