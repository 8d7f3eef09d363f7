//! Handles `GET /`.

mod fields;
mod search;

use askama::Template;
use axum::{Extension, extract::State, response::Response};
use domain::events::Event;

use self::fields::Fields;
use super::Visited;
use crate::{
    error::PageError,
    events,
    headers::Policy,
    pages::{Pages, Shared},
    reply,
    views::{EventView, Frame, Page},
    visit::Visit,
};

use search::Search;

/// The number of events on a page: full rows of two, three and four cards.
const LIMIT: usize = 12;

#[derive(Debug, Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    frame: Frame<'a>,
    fields: Fields<'a>,
    events: Vec<EventView>,
    /// The link to the first page.
    first: String,
    /// The link to the next page, if there is one.
    next: Option<String>,
}

/// Lists the upcoming events that match the address.
pub(super) async fn list(
    State(pages): State<Shared>,
    Extension(visit): Visited,
) -> Result<Response, PageError> {
    let Search {
        filter,
        after,
        invalid,
    } = Search::read(&visit);
    let (found, position) = pages.store.list_published(&filter, LIMIT, after).await?;
    let events = events::shown(&pages, &visit, &found.items).await?;
    let m = visit.messages();
    let query = visit.query.with("lang", None);
    let first = query.with("cursor", None);
    let next = position.filter(|_| found.more).map(|position| {
        let cursor = search::cursor(&position);
        visit.linked("/", &query.with("cursor", Some(&cursor)))
    });
    let page = Page {
        title: m.list_title.clone(),
        description: m.list_description.clone(),
        path: Some("/".to_owned()),
        calendar: Some(first.after("/events.ics")),
        picture: None,
        atom: Some(first.after("/events.atom")),
        query: query.clone(),
    };
    let page = ListPage {
        frame: Frame::new(&visit, page),
        fields: Fields {
            texts: m,
            query: &visit.query,
            invalid,
        },
        events,
        first: visit.linked("/", &first),
        next,
    };
    reply::page(&page, Policy::Page)
}

/// Returns the first upcoming events that match the address, at most `most`, for a feed.
pub(super) async fn upcoming(
    pages: &Pages,
    visit: &Visit,
    most: usize,
) -> Result<Vec<Event>, PageError> {
    let filter = Search::read(visit).filter;
    let (found, _) = pages.store.list_published(&filter, most, None).await?;
    Ok(found.items)
}
