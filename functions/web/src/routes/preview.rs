//! Handles `GET /events/{id}/preview/{code}`: the page of a draft, for everybody who has the link.

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::{events::EventStatus, keys::bearer_code::BearerCode};

use super::{Visited, event};
use crate::{error::PageError, headers::Policy, pages::Shared, reply};

/// Shows a draft as visitors will see it. If the event is published, the answer leads to its public page. A link that is
/// unknown, expired or for another event gives the same error as an event that does not exist.
pub(super) async fn preview(
    State(pages): State<Shared>,
    Extension(visit): Visited,
    Path((id, code)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let code = BearerCode::shown(&code);
    let previewed = pages.store.previewed_event(&code, visit.now).await?;
    let known = previewed.filter(|known| known.to_string() == id);
    let found = pages.store.event(known.ok_or(PageError::NotFound)?).await?;
    let found = found.ok_or(PageError::NotFound)?;
    if found.status == EventStatus::Draft {
        return event::preview(&visit, &found);
    }
    let page = visit.link(&format!("/events/{}", found.id));
    reply::found(page, Policy::Page, None)
}
