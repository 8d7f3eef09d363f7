//! Handles `GET /events/{id}`.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};

use super::Visited;
use crate::{
    error::PageError,
    events,
    headers::Policy,
    markdown,
    markup::Markup,
    pages::Shared,
    reply,
    views::{Announcement, EventView, Frame, Page, json_ld},
};

/// The largest number of announcements on the page, which shows the newest ones.
const ANNOUNCEMENTS: usize = 10;
/// The maximum number of characters of the description that previews show.
const SUMMARY: usize = 200;

#[derive(Debug, Template)]
#[template(path = "event.html")]
struct EventPage<'a> {
    frame: Frame<'a>,
    event: EventView,
    description: Option<Markup>,
    announcements: Vec<Announcement>,
    json_ld: Markup,
}

/// Shows an event with its counts and announcements.
pub(super) async fn event(
    State(pages): State<Shared>,
    Extension(visit): Visited,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let event = events::event(&pages, &id).await?;
    let (availability, announcements) = futures::try_join!(
        events::availability(&pages, &event),
        pages
            .store
            .list_announcements(event.id, ANNOUNCEMENTS, None),
    )?;
    let description = event.details.description.as_str();
    let path = format!("/events/{}", event.id);
    let view = EventView::new(&visit, &event, availability.clone());
    let summary = match markdown::summary(description, SUMMARY) {
        summary if summary.is_empty() => format!("{}, {}", view.period.starts.text, view.venue),
        summary => summary,
    };
    let page = Page {
        title: view.title.clone(),
        description: summary,
        path: Some(path),
        ..Page::default()
    };
    let page = EventPage {
        frame: Frame::new(&visit, page),
        event: view,
        description: (!description.is_empty()).then(|| markdown::rendered(description)),
        announcements: announcements
            .items
            .iter()
            .map(|announcement| Announcement::new(&visit, &event, announcement))
            .collect(),
        json_ld: json_ld(&visit, &event, availability),
    };
    reply::page(&page, Policy::Page)
}
