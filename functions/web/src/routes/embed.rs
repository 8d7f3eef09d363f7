//! Handles `GET /embed/events/{id}`.

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
    pages::Shared,
    reply,
    views::{EventView, Frame, Page},
};

#[derive(Debug, Template)]
#[template(path = "embed.html")]
struct EmbedPage<'a> {
    frame: Frame<'a>,
    event: EventView,
    /// The absolute address of the event's page.
    address: String,
    /// The absolute address of the page on which a visitor registers.
    register: String,
}

/// Shows an event as a card in a frame of another site. The card needs no cookie, and its links open in a page of their own.
pub(super) async fn embed(
    State(pages): State<Shared>,
    Extension(visit): Visited,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let event = events::event(&pages, &id).await?;
    let availability = events::availability(&pages, &event).await?;
    let event = EventView::new(&visit, &event, availability);
    let page = Page {
        title: event.title.clone(),
        ..Page::default()
    };
    let page = EmbedPage {
        frame: Frame::new(&visit, page),
        address: visit.site.at(&event.href),
        register: visit.site.at(&event.action.path),
        event,
    };
    reply::page(&page, Policy::Embed)
}
