//! Handles `GET /v1/events/{id}`.

use answers::entity_tag;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bootstrap::clock;
use domain::{events::Event, seats::availability::Availability, security::policy::Action};

use crate::{
    access,
    app::{App, Shared},
    extract::{EventPath, MaybeActor},
    problem::ApiError,
    views::EventView,
};

/// The answer that shows an event: the body and the `ETag`.
#[derive(Debug)]
pub(crate) struct Found {
    tag: HeaderValue,
    body: Vec<u8>,
}

impl Found {
    /// Makes the answer that shows `event`. `availability` is `None` if the event was never published.
    pub(crate) fn new(event: &Event, availability: Option<Availability>) -> Result<Self, ApiError> {
        let view = EventView::new(event, availability, clock::now());
        let body = serde_json::to_vec(&view).map_err(ApiError::internal)?;
        let tag = entity_tag::of_event(event.version, &body);
        Ok(Self { tag, body })
    }
}

impl IntoResponse for Found {
    fn into_response(self) -> Response {
        let json = HeaderValue::from_static("application/json");
        let headers = [(header::ETAG, self.tag), (header::CONTENT_TYPE, json)];
        (headers, self.body).into_response()
    }
}

/// Makes the answer that shows an event with its present counts.
pub(crate) async fn shown(app: &App, event: &Event) -> Result<Found, ApiError> {
    let availability = if event.bucket_count == 0 {
        None
    } else {
        app.store.availability(event.id).await?
    };
    Found::new(event, availability)
}

/// An event. Only the event's organizer and administrators can see a draft. For a caller without an access token, the answer
/// may be a second old on AWS; on one machine, it includes every write.
#[utoipa::path(get, path = "/v1/events/{id}", tag = "events", params(
    ("id" = String, Path, description = "Event"),
    ("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer that the caller has a copy of"),
), responses(
    (status = 200, body = EventView, headers(("ETag" = String, description = "Value for the headers `If-Match` and `If-None-Match`"))),
    (status = 304, description = "The caller's copy is current, including its counts"), (status = 401, description = "`unauthorized`: the access token in the request is not valid"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn get_event(
    State(app): State<Shared>,
    MaybeActor(actor): MaybeActor,
    path: EventPath,
) -> Result<Found, ApiError> {
    let event = access::event(&app, actor.as_ref(), Action::ReadEvent, path).await?;
    shown(&app, &event).await
}
