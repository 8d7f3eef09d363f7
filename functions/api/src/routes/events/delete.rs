//! `DELETE /v1/events/{id}`.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::event::EventStatus;
use store::EventWrite;

use super::access;
use crate::{
    app::Shared,
    extract::{EventPath, SignedIn},
    problem::ApiError,
};

/// Deletes a draft.
#[utoipa::path(delete, path = "/v1/events/{id}", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 204, description = "Deleted"), (status = 409, description = "`invalid-transition`: not a draft"),
))]
pub(crate) async fn delete_event(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    EventPath(id): EventPath,
) -> Result<Response, ApiError> {
    let event = access::managed(&app, &actor, id).await?;
    if event.status != EventStatus::Draft {
        return Err(ApiError::InvalidTransition {
            from: event.status.as_str(),
            to: "deleted",
        });
    }
    match app.store.delete_draft(&event).await? {
        EventWrite::Written => Ok(StatusCode::NO_CONTENT.into_response()),
        // Changed meanwhile: perhaps published.
        EventWrite::Stale => Err(ApiError::Contended),
    }
}
