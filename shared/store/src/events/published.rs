//! The list of published events that have not ended, in the order of their start.
//!
//! The list is read from an index. An event leaves this index when it is cancelled or completed. If it only ends, it leaves the
//! index when a later call that lists events finds it there. If ended events stayed in the index, every later call would read
//! all of them.

use domain::{
    events::{
        Event,
        listing::Days,
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

/// The properties that published events must have to be listed.
#[derive(Debug, Clone)]
pub struct EventFilter {
    /// The present time. Events that ended at this time or before are not listed, and are removed from the index.
    pub not_over_at: Timestamp,
    /// The earliest time at which a listed event starts; `None` for no such limit.
    pub from: Option<Timestamp>,
    /// All listed events start before this time; `None` for no such limit. If `to` is before `from`, the list is empty.
    pub to: Option<Timestamp>,
    /// The days on which the listed events start, each in its own time zone.
    pub days: Days,
    /// The words and properties for which the caller searches.
    pub query: EventQuery,
}

impl EventFilter {
    /// Returns a time before which all listed events start; `None` for no such limit.
    #[must_use]
    pub fn before(&self) -> Option<Timestamp> {
        self.to.into_iter().chain(self.days.before()).min()
    }
}

/// The position in a list of events at which a page ended. It consists of data of the last event on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPosition {
    /// The time at which the last event on the page starts.
    pub starts_at: Timestamp,
    /// The id of the last event on the page.
    pub id: EventId,
}

/// The maximum number of events that one `Query` reads if the caller searches. `QUERIES_PER_PAGE` is the maximum number of
/// queries for a page of the list. If very few events match the search, a page may be short, but it has a cursor for the next
/// page.
const LOOKED_AT_PER_QUERY: usize = 200;
const QUERIES_PER_PAGE: usize = 10;
/// The maximum number of words of a search that the table's filter checks. There is a maximum because the size of an expression
/// is limited. The program checks any further words in the events that the query returns.
const WORDS_PER_QUERY: usize = 10;
/// The maximum number of ended events that one call of [`Store::list_published`] removes from the index. It removes them
/// concurrently.
const DELISTED_PER_PAGE: usize = 25;

impl Store {
    /// Lists published events in the order of their start. The list begins after the position `after`. Events that have ended
    /// are removed from the index.
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

    /// Does the same as [`Store::list_published`] with one exception: events that have ended stay in the index, and are added
    /// to `over`.
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
        // The query reads one event more than fits on the page. The extra event shows that there is another page.
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
                } else if !filter.days.contain(&event.details.schedule) {
                    // The range of the query is wider than the days, because they begin at different times in different zones.
                } else if !filter.query.is_empty() && !filter.query.matches(&event.details) {
                    // This event does not match the search. The table's filter let it pass, because an older version of the
                    // rule for search texts wrote the event's search text.
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

    /// Removes an event from the index of published events. Returns `false` if another process has removed it, or has written
    /// the event since it was read. Also returns `false` if the write fails. That is not an error, because the next call that
    /// lists events tries to remove the event too.
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

/// Returns the query that reads the index of published events; `None` if no time is in the filter's range.
fn published(filter: &EventFilter, after: Option<EventPosition>) -> Option<Query> {
    // Events have a maximum duration. So an event that has not ended yet cannot have started before this time.
    let longest_ago = filter
        .not_over_at
        .checked_sub((i64::from(MAX_DURATION_DAYS) * 24).hours())
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let from = filter.from.max(filter.days.not_before());
    let from = from.map_or(longest_ago, |from| from.max(longest_ago));
    let to = filter.before().unwrap_or(Timestamp::MAX);
    // The table refuses a range that ends before it begins. In this case the caller gets an empty list and not an error.
    if from >= to {
        return None;
    }
    // The beginning of the range is never before the start of the oldest event that can still be running, so it moves forward
    // with time. It must not move past the event at which the previous page ended, because the query continues at this event.
    let from = after.map_or(from, |after| from.min(after.starts_at));
    let mut query = Query::gsi1(key::PUBLISHED)
        .between(key::listed_time(from), key::listed_time(to))
        .projection(&SHOWN);
    query.filter = found_by(&filter.query);
    Some(query)
}

/// Returns the filter that omits events whose search text does not match the query; `None` if the query is empty. The filter
/// does not omit events whose search text was written by an older version of the rule for search texts.
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

/// Reads the position in the list of events from the key at which a query stopped.
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
