//! Handles `GET /sitemap.xml`: the pages that search engines may list (sitemaps.org).

use std::collections::BTreeMap;

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use domain::{
    events::{listing::Days, search::EventQuery},
    text::timestamp::rfc3339,
};
use jiff::Timestamp;
use store::EventFilter;

use super::Visited;
use crate::{error::PageError, pages::Shared, reply};

/// The number of events that one read of the list returns.
const EVENTS_PER_READ: usize = 100;
/// The largest number of reads for one answer, so at most the next 2,000 events are listed.
const MOST_READS: usize = 20;

#[derive(Debug, Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    entries: Vec<Entry>,
}

/// A page that search engines may list.
#[derive(Debug)]
struct Entry {
    address: String,
    changed: Option<String>,
}

/// Lists the start page, the upcoming events and their organizers.
pub(super) async fn sitemap(
    State(pages): State<Shared>,
    Extension(visit): Visited,
) -> Result<Response, PageError> {
    let filter = EventFilter {
        not_over_at: visit.now,
        from: None,
        to: None,
        days: Days::default(),
        query: EventQuery::default(),
    };
    let mut changes: BTreeMap<String, Option<Timestamp>> = BTreeMap::new();
    changes.insert("/".to_owned(), None);
    let mut after = None;
    for _ in 0..MOST_READS {
        let listed = pages.store.list_published(&filter, EVENTS_PER_READ, after);
        let (page, position) = listed.await?;
        for event in &page.items {
            changes.insert(format!("/events/{}", event.id), Some(event.updated_at));
            changes.insert(format!("/organizers/{}", event.organizer.id), None);
        }
        after = position.filter(|_| page.more);
        if after.is_none() {
            break;
        }
    }
    let entry = |(path, changed): (String, Option<Timestamp>)| Entry {
        address: visit.site.at(&path),
        changed: changed.map(rfc3339),
    };
    let sitemap = Sitemap {
        entries: changes.into_iter().map(entry).collect(),
    };
    let text = sitemap.render()?;
    Ok(reply::feed("application/xml; charset=utf-8", text))
}
