//! `DELETE /v1/events/{id}`.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{audit::Deed, event::EventStatus};
use store::EventWrite;

use super::access;
use crate::{
    app::Shared,
    extract::{Acting, EventPath},
    problem::ApiError,
};

/// Deletes a draft.
#[utoipa::path(delete, path = "/v1/events/{id}", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 204, description = "Deleted"), (status = 409, description = "`invalid-transition`: not a draft"),
))]
pub(crate) async fn delete_event(
    State(app): State<Shared>,
    acting: Acting,
    EventPath(id): EventPath,
) -> Result<Response, ApiError> {
    let event = access::managed(&app, &acting.actor, id).await?;
    if event.status != EventStatus::Draft {
        return Err(ApiError::InvalidTransition {
            from: event.status.as_str(),
            to: "deleted",
        });
    }
    let entry = acting.entry(&Deed::DeleteEvent(id));
    match app.store.delete_draft(&event, &entry).await? {
        EventWrite::Written => Ok(StatusCode::NO_CONTENT.into_response()),
        // Changed meanwhile: perhaps published.
        EventWrite::Stale => Err(ApiError::Contended),
    }
}
