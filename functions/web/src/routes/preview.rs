//! Handles `GET /events/{id}/preview/{code}`: the page of a draft, for everybody who has the link.

use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{events::EventStatus, keys::bearer_code::BearerCode};

use super::{Visited, event};
use crate::{error::PageError, headers::Policy, pages::Shared};

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
    let location = HeaderValue::try_from(visit.link(&format!("/events/{}", found.id)))
        .map_err(|error| PageError::Internal(error.into()))?;
    let mut response = (StatusCode::FOUND, [(header::LOCATION, location)]).into_response();
    response.extensions_mut().insert(Policy::Page);
    Ok(response)
}
