//! Handles `DELETE /v1/events/{id}/picture`.

use axum::extract::State;

use super::replace;
use crate::{
    app::Shared,
    extract::{Acting, EventPath},
    problem::ApiError,
    routes::events::get::Found,
};

/// Removes the picture of an event. If the event has no picture, nothing changes. Caches may show the picture for longer.
#[utoipa::path(delete, path = "/v1/events/{id}/picture", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, description = "The event without a picture", body = crate::views::EventView, headers(("ETag" = String, description = "Value for the header `If-Match`"))),
    (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"), (status = 409, description = "`not-editable`"),
    (status = 503, description = "`busy`: many requests were changing the event at this moment"),
))]
pub(crate) async fn remove_picture(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
) -> Result<Found, ApiError> {
    replace(&app, &acting, path, |_| Ok(None)).await
}
