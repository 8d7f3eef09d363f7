//! Handles `POST /v1/events`.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use bootstrap::clock;
use domain::{
    events::{Event, EventStatus, Organizer},
    id::EventId,
    security::policy::Action,
};
use uuid::Uuid;

use super::{get::Found, input::CreateEvent};
use crate::{
    access,
    app::Shared,
    extract::{AccountHolder, Body},
    problem::ApiError,
};

/// The answer to the creation of an event: the status, the header `Location` and the event.
type Created = (StatusCode, [(HeaderName, HeaderValue); 1], Found);

/// Creates an event as a draft.
#[utoipa::path(post, path = "/v1/events", tag = "events", security(("bearer" = [])), request_body = CreateEvent, responses(
    (status = 201, body = crate::views::EventView, headers(("Location" = String, description = "Path of the event"), ("ETag" = String, description = "Value for the header `If-Match`"))),
    (status = 403, description = "`forbidden`: the caller is not an organizer"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn create_event(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    Body(body): Body<CreateEvent>,
) -> Result<Created, ApiError> {
    access::deployment(&account.actor(), Action::CreateEvent)?;
    let details = body.parse()?;
    let organizer = account.user;
    let now = clock::now();
    let event = Event {
        id: EventId::from_uuid(Uuid::now_v7()),
        organizer: Organizer {
            id: organizer.id,
            name: organizer.name,
        },
        details,
        status: EventStatus::Draft,
        picture: None,
        cancel_reason: None,
        cancelled_at: None,
        bucket_count: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    if !app.store.create_event(&event).await? {
        // The account was erased after this request had read it.
        return Err(ApiError::Unauthorized);
    }
    let location =
        HeaderValue::from_str(&format!("/v1/events/{}", event.id)).map_err(ApiError::internal)?;
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Found::new(&event, None)?,
    ))
}
