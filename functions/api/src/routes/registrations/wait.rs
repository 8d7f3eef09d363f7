//! Handles `POST /v1/events/{id}/waitlist`.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bootstrap::{clock, metrics::Metric};
use domain::{
    events::{ClosedReason, Event},
    id::GuestId,
    seats::{
        bucket::home,
        join::{Join, JoinOutcome},
        registration::RegistrationStatus,
        waitlist::EntryId,
    },
    security::policy::{Action, Actor},
};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    place::shown,
    register::{held_registration, open_event},
};
use crate::{
    access,
    app::{App, Shared},
    extract::{EventPath, TokenBearer},
    problem::ApiError,
    request::RequestId,
    views::RegistrationView,
};

type Answer = (StatusCode, Json<RegistrationView>);

/// Puts the caller on the waitlist of an event that is sold out. A seat that is given back goes to the person who joined the
/// waitlist first. Repeating the request is safe: a caller who waits already, or has a seat, gets the existing registration
/// with 200.
#[utoipa::path(post, path = "/v1/events/{id}/waitlist", tag = "registrations", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 201, body = RegistrationView), (status = 200, body = RegistrationView, description = "The registration that the caller holds already"),
    (status = 403, description = "`email-not-verified`: the deployment requires a verified address, and the caller's address is not verified"), (status = 404, description = "`not-found`"),
    (status = 409, description = "`seats-available`: register instead; or `registration-closed` with `reason`: `not-open-yet`, `closed`, `started`, `cancelled`, `completed`"),
    (status = 503, description = "`busy` or `unavailable`: try again after `Retry-After`"),
))]
pub(crate) async fn join_waitlist(
    State(app): State<Shared>,
    TokenBearer(actor): TokenBearer,
    path: EventPath,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<Answer, ApiError> {
    let now = clock::now();
    let (event, closed) = open_event(&app, &actor, path, now).await?;
    match closed {
        None => {
            app.limits.refuse_unverified(&app.store, &actor).await?;
            join(&app, &actor, &event, now, &request).await
        }
        Some(closed) => refuse_unless_waiting(&app, &actor, &event, closed).await,
    }
}

async fn join(
    app: &App,
    actor: &Actor,
    event: &Event,
    now: Timestamp,
    request: &str,
) -> Result<Answer, ApiError> {
    let guest = GuestId::from(actor.id);
    let home = home(event.id, guest, event.bucket_count);
    let known = app.memory.availability(event.id).map(|(_, known)| known);
    let mut join = Join::new(guest, home, event.bucket_count, now.as_millisecond(), known);
    let entry = EntryId::from(Uuid::now_v7());
    let outcome = app
        .store
        .join_waitlist(event.id, &mut join, entry, now, request)
        .await?;
    let status = match outcome {
        JoinOutcome::Waitlisted => {
            app.metrics.note(Metric::WaitlistJoined, 1);
            StatusCode::CREATED
        }
        JoinOutcome::AlreadyWaitlisted(_) => StatusCode::OK,
        JoinOutcome::AlreadyConfirmed(rev) => {
            let held = held_registration(app, event.id, actor.id, rev, now, request).await?;
            return Ok((StatusCode::OK, Json(shown(app, event, &held).await?)));
        }
        JoinOutcome::SeatsAvailable => return Err(ApiError::SeatsAvailable),
        JoinOutcome::Contended => return Err(ApiError::Contended),
        JoinOutcome::Closed => {
            // The cached event is outdated. The newer terms in its buckets do not allow registration.
            let event =
                access::own_registration(app, actor, Action::Register, event.id.into()).await?;
            let closed = event
                .registration_closed(clock::now())
                .unwrap_or(ClosedReason::Closed);
            return refuse_unless_waiting(app, actor, &event, closed).await;
        }
    };
    // While this request ran, the caller may have been given a seat. A second read of the registration shows that.
    let registration = app
        .store
        .registration(event.id, actor.id)
        .await?
        .ok_or(ApiError::NotFound)?;
    Ok((status, Json(shown(app, event, &registration).await?)))
}

/// Returns the caller's existing place on the waitlist, even though registration is closed. Refuses a caller who has no place.
async fn refuse_unless_waiting(
    app: &App,
    actor: &Actor,
    event: &Event,
    closed: ClosedReason,
) -> Result<Answer, ApiError> {
    match app.store.registration(event.id, actor.id).await? {
        Some(held) if held.status == RegistrationStatus::Waitlisted => {
            Ok((StatusCode::OK, Json(shown(app, event, &held).await?)))
        }
        _ => Err(ApiError::RegistrationClosed(closed)),
    }
}
