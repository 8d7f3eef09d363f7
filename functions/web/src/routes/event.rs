//! Handles `GET /events/{id}`.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::events::EventStatus;
use rendering::share::{HEIGHT, WIDTH};

use super::Visited;
use crate::{
    error::PageError,
    events,
    headers::Policy,
    markdown,
    markup::Markup,
    pages::Shared,
    reply,
    share::Picture,
    views::{Announcement, EventView, Frame, Page, PagePicture, json_ld},
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
    let picture = PagePicture {
        address: visit.site.at(&Picture::of(&event, visit.locale).path()),
        size: [WIDTH, HEIGHT],
        alt: alt(&view),
    };
    let json_ld = json_ld(&visit, &event, availability, &picture.address);
    let page = Page {
        title: view.title.clone(),
        description: summary,
        path: Some(path),
        picture: Some(picture),
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
        json_ld,
    };
    reply::page(&page, Policy::Page)
}

/// Returns the texts of the event's picture, for people who cannot see it.
fn alt(event: &EventView) -> String {
    let period = &event.period;
    let (starts, ends) = (&period.starts.text, &period.ends.text);
    let facts = format!("{starts} – {ends}, {}, {}", period.zone, event.venue);
    if event.status == EventStatus::Cancelled.as_str() {
        format!("{}, {}, {facts}", event.action.badge, event.title)
    } else {
        format!("{}, {facts}", event.title)
    }
}
