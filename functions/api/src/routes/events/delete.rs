//! Handles `DELETE /v1/events/{id}`.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    events::EventStatus,
    security::{audit::Deed, policy::Action},
};
use store::EventWrite;

use crate::{
    access,
    app::Shared,
    extract::{Acting, EventPath},
    problem::ApiError,
};

/// Deletes a draft.
#[utoipa::path(delete, path = "/v1/events/{id}", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 204, description = "The draft is deleted"), (status = 403, description = "`forbidden`"), (status = 409, description = "`invalid-transition`: the event is not a draft"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn delete_event(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
) -> Result<Response, ApiError> {
    let event = access::event(&app, &acting.actor, Action::ChangeEvent, path).await?;
    if event.status != EventStatus::Draft {
        return Err(ApiError::InvalidTransition {
            from: event.status.as_str(),
            to: "deleted",
        });
    }
    let entry = acting.entry(&Deed::DeleteEvent(event.id));
    match app.store.delete_draft(&event, Some(&entry)).await? {
        EventWrite::Written => Ok(StatusCode::NO_CONTENT.into_response()),
        // Another request changed the draft after this request had read it. The draft may be published now.
        EventWrite::Stale => Err(ApiError::Contended),
    }
}
