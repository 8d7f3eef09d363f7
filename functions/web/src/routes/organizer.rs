//! Handles `GET /organizers/{userId}`.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};

use super::Visited;
use crate::{
    catalogue::filled,
    error::PageError,
    events::{self, Organized},
    headers::Policy,
    pages::Shared,
    reply,
    views::{EventView, Frame, Page, shown_name},
};

/// The largest number of past events on the page.
const MOST_PAST: usize = 6;

#[derive(Debug, Template)]
#[template(path = "organizer.html")]
struct OrganizerPage<'a> {
    frame: Frame<'a>,
    upcoming: Vec<EventView>,
    past: Vec<EventView>,
}

/// Shows the published events of an organizer.
pub(super) async fn organizer(
    State(pages): State<Shared>,
    Extension(visit): Visited,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let Organized {
        name,
        upcoming,
        mut past,
    } = events::organized(&pages, &id, visit.now).await?;
    past.truncate(MOST_PAST);
    let m = visit.messages();
    let (upcoming, past) = futures::try_join!(
        events::shown(&pages, &visit, &upcoming),
        events::shown(&pages, &visit, &past),
    )?;
    let path = format!("/organizers/{id}");
    let page = Page {
        title: filled(&m.organizer_title, &[("name", shown_name(m, &name))]),
        description: m.list_description.clone(),
        calendar: Some(format!("{path}/events.ics")),
        atom: Some(format!("{path}/events.atom")),
        path: Some(path),
        ..Page::default()
    };
    let page = OrganizerPage {
        frame: Frame::new(&visit, page),
        upcoming,
        past,
    };
    reply::page(&page, Policy::Page)
}
