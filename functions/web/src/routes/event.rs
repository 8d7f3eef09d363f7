//! Handles `GET /events/{id}`.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::{
    events::{Event, EventStatus},
    seats::availability::Availability,
};
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
    visit::Visit,
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
    /// Whether the page shows a draft. Then nothing on it works yet.
    is_preview: bool,
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
        description: about(&event),
        announcements: announcements
            .items
            .iter()
            .map(|announcement| Announcement::new(&visit, &event, announcement))
            .collect(),
        json_ld,
        is_preview: false,
    };
    reply::page(&page, Policy::Page)
}

/// Returns the page that a draft will have once it is published.
pub(super) fn preview(visit: &Visit, draft: &Event) -> Result<Response, PageError> {
    let event = Event {
        status: EventStatus::Published,
        bucket_count: 1,
        ..draft.clone()
    };
    let availability = Availability::untouched([event.details.capacity.get()]);
    let view = EventView::new(visit, &event, Some(availability));
    let page = Page {
        title: format!("{}: {}", visit.messages().preview_title, view.title),
        ..Page::default()
    };
    let page = EventPage {
        frame: Frame::new(visit, page),
        event: view,
        description: about(&event),
        announcements: Vec::new(),
        json_ld: Markup::default(),
        is_preview: true,
    };
    reply::preview(&page)
}

/// Returns the description as HTML; `None` if the event has none.
fn about(event: &Event) -> Option<Markup> {
    let description = event.details.description.as_str();
    (!description.is_empty()).then(|| markdown::rendered(description))
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
