//! Handles `GET /events.atom` and `GET /organizers/{userId}/events.atom`: feeds of news (RFC 4287).

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::{
    events::Event,
    text::{Category, Tag, timestamp::rfc3339},
};
use jiff::Timestamp;

use super::{Visited, list::upcoming};
use crate::{
    catalogue::filled,
    dates::{Clock, Period},
    error::PageError,
    events::{self, Organized},
    markdown,
    pages::Shared,
    query::Query,
    reply,
    views::shown_name,
    visit::Visit,
};

const ATOM: &str = "application/atom+xml; charset=utf-8";
/// The largest number of events in a feed.
const MOST_EVENTS: usize = 50;
/// The maximum number of characters of the description in a feed.
const SUMMARY: usize = 500;

#[derive(Debug, Template)]
#[template(path = "feed.xml")]
struct Feed {
    locale: &'static str,
    /// The absolute address of the page with the same events.
    address: String,
    /// The absolute address of the feed.
    itself: String,
    title: String,
    updated: String,
    entries: Vec<Entry>,
}

/// An event in a feed.
#[derive(Debug)]
struct Entry {
    address: String,
    title: String,
    updated: String,
    published: String,
    organizer: String,
    terms: Vec<String>,
    summary: String,
}

/// Returns the upcoming events that match the address as a feed.
pub(super) async fn list(
    State(pages): State<Shared>,
    Extension(visit): Visited,
) -> Result<Response, PageError> {
    let events = upcoming(&pages, &visit, MOST_EVENTS).await?;
    let query = visit.query.with("cursor", None);
    let title = visit.messages().list_title.clone();
    feed(&visit, ["/", "/events.atom"], &query, title, &events)
}

/// Returns the upcoming events of an organizer as a feed.
pub(super) async fn organizer(
    State(pages): State<Shared>,
    Extension(visit): Visited,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let Organized { name, upcoming, .. } = events::organized(&pages, &id, visit.now).await?;
    let texts = visit.messages();
    let title = filled(
        &texts.organizer_title,
        &[("name", shown_name(texts, &name))],
    );
    let page = format!("/organizers/{id}");
    let itself = format!("{page}/events.atom");
    let query = Query::default().with("lang", visit.query.get("lang"));
    feed(
        &visit,
        [&page, &itself],
        &query,
        xml_text(&title),
        &upcoming,
    )
}

fn feed(
    visit: &Visit,
    [page, itself]: [&str; 2],
    query: &Query,
    title: String,
    events: &[Event],
) -> Result<Response, PageError> {
    let updated = events.iter().map(|event| event.updated_at).max();
    let feed = Feed {
        locale: visit.locale.tag(),
        address: visit.site.at(&query.after(page)),
        itself: visit.site.at(&query.after(itself)),
        title,
        // A feed without events was never updated.
        updated: rfc3339(updated.unwrap_or(Timestamp::UNIX_EPOCH)),
        entries: events
            .iter()
            .map(|event| Entry::new(visit, event))
            .collect(),
    };
    Ok(reply::feed(ATOM, feed.render()?))
}

impl Entry {
    fn new(visit: &Visit, event: &Event) -> Self {
        let texts = visit.messages();
        let details = &event.details;
        let clock = Clock::new(texts, &details.schedule.timezone);
        let Period {
            starts, ends, zone, ..
        } = clock.period(&details.schedule);
        let description = markdown::summary(details.description.as_str(), SUMMARY);
        let summary = format!(
            "{} – {}, {zone}. {}. {description}",
            starts.text,
            ends.text,
            details.venue.as_str()
        );
        let category = details.category.iter().map(Category::as_str);
        let terms = category.chain(details.tags.iter().map(Tag::as_str));
        Self {
            address: visit.site.at(&format!("/events/{}", event.id)),
            title: xml_text(details.title.as_str()),
            updated: rfc3339(event.updated_at),
            published: rfc3339(event.created_at),
            organizer: xml_text(shown_name(texts, event.organizer.name.as_str())),
            terms: terms.map(xml_text).collect(),
            summary: xml_text(summary.trim_end()),
        }
    }
}

/// Returns a text without the characters that no XML document may contain, not even escaped (XML 1.0, 2.2).
fn xml_text(text: &str) -> String {
    let is_allowed = |c: &char| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(is_allowed).collect()
}
