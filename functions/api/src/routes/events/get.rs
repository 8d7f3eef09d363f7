//! `GET /v1/events/{id}`.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header},
};
use domain::{event::Event, policy::Action};

use crate::{
    access,
    app::{App, Shared},
    extract::{EventPath, MaybeActor, etag},
    problem::ApiError,
    views::EventView,
};

/// The answer: the version as a header, and the event.
pub(crate) type Found = ([(HeaderName, HeaderValue); 1], Json<EventView>);

/// Shows an event with its counts.
pub(crate) async fn shown(app: &App, event: &Event) -> Result<Found, ApiError> {
    let availability = if event.bucket_count == 0 {
        None
    } else {
        app.store.availability(event.id).await?
    };
    Ok((
        [(header::ETAG, etag(event))],
        Json(EventView::new(event, availability)),
    ))
}

/// An event. A draft exists for its organizer and administrators only.
#[utoipa::path(get, path = "/v1/events/{id}", tag = "events", params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = EventView, headers(("ETag" = String, description = "Version, for `If-Match`"))), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn get_event(
    State(app): State<Shared>,
    MaybeActor(actor): MaybeActor,
    path: EventPath,
) -> Result<Found, ApiError> {
    let event = access::event(&app, actor.as_ref(), Action::ReadEvent, path).await?;
    shown(&app, &event).await
}
