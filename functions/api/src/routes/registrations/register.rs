//! Handles `POST /v1/events/{id}/registrations`, the operation for which many people call at the same time.

use std::{sync::Arc, time::Instant};

use axum::{Extension, Json, extract::State, http::StatusCode};
use bootstrap::{clock, metrics::Metric};
use domain::{
    events::{ClosedReason, Event, EventStatus},
    id::{EventId, GuestId, UserId},
    seats::{
        bucket::home,
        claim::{Claim, ClaimOutcome, SeatRev},
        registration::{Registration, RegistrationStatus},
    },
    security::policy::{Action, Actor},
};
use jiff::Timestamp;

use crate::{
    access,
    app::{App, Shared},
    extract::{EventPath, TokenBearer},
    problem::ApiError,
    request::RequestId,
    routes::registrations::place::shown,
    views::{Place, RegistrationView},
};

/// Registers the caller. Repeating the request is safe: a caller who is registered already gets the same registration with 200.
#[utoipa::path(post, path = "/v1/events/{id}/registrations", tag = "registrations", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 201, body = RegistrationView), (status = 200, body = RegistrationView, description = "The registration that the caller holds already"),
    (status = 403, description = "`email-not-verified`: the deployment requires a verified address, and the caller's address is not verified"), (status = 404, description = "`not-found`"),
    (status = 409, description = "`sold-out`, or `registration-closed` with `reason`: `not-open-yet`, `closed`, `started`, `cancelled`, `completed`"),
    (status = 503, description = "`busy` or `unavailable`: try again after `Retry-After`"),
))]
pub(crate) async fn register_for_event(
    State(app): State<Shared>,
    TokenBearer(actor): TokenBearer,
    path: EventPath,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<(StatusCode, Json<RegistrationView>), ApiError> {
    let now = clock::now();
    let event = open_event(&app, &actor, path, now).await?;
    let (event, Some(closed)) = event else {
        app.limits.refuse_unverified(&app.store, &actor).await?;
        return claim_seat(&app, &actor, &event.0, now, &request).await;
    };
    refuse_unless_held(&app, &actor, &event, closed).await
}

/// Returns the event. The second value is the reason why nobody can register now; `None` if registration is open. A cached
/// event may be outdated. So if registration for the cached event is closed, the event is read from the table.
pub(super) async fn open_event(
    app: &App,
    actor: &Actor,
    path: EventPath,
    now: Timestamp,
) -> Result<(Arc<Event>, Option<ClosedReason>), ApiError> {
    let remembered = access::remembered_for_own_registration(app, actor, Action::Register, path);
    if let Some(event) = remembered
        && event.registration_closed(now).is_none()
    {
        return Ok((event, None));
    }
    let event = access::own_registration(app, actor, Action::Register, path).await?;
    let event = Arc::new(event);
    app.memory.remember_event(&event);
    let closed = event.registration_closed(now);
    Ok((event, closed))
}

async fn claim_seat(
    app: &App,
    actor: &Actor,
    event: &Event,
    now: Timestamp,
    request: &str,
) -> Result<(StatusCode, Json<RegistrationView>), ApiError> {
    let guest = GuestId::from(actor.id);
    let home = home(event.id, guest, event.bucket_count);
    let begun = Instant::now();
    let (since, known) = match app.memory.availability(event.id) {
        // The event was sold out a moment ago, so the availability is read before a seat is claimed. A read is cheaper than a
        // failed conditional write, which is billed like a write, and also shows whether a seat was released.
        None if app.memory.was_sold_out(event.id) => {
            (None, app.store.availability(event.id).await?)
        }
        known => known.unzip(),
    };
    let mut claim = Claim::new(
        guest,
        home,
        event.bucket_count,
        now.as_millisecond(),
        known,
        fastrand::u64(..),
    );
    let outcome = app.store.claim(event.id, &mut claim, request).await?;
    let (borrowed, tried_again) = (claim.has_borrowed(), claim.tried_again());
    app.metrics
        .note(Metric::ClaimConflicts, u64::from(tried_again));
    if let Some(known) = claim.into_known() {
        app.memory
            .remember_availability(event.id, since.unwrap_or(begun), known);
    }
    match outcome {
        ClaimOutcome::Confirmed(rev) => {
            // If the process crashes before it has written the registration, the relay writes it.
            let registration = app
                .store
                .record_seat(event.id, actor.id, rev, now, request)
                .await?
                .into_registration();
            app.metrics.note(Metric::RegistrationsConfirmed, 1);
            app.metrics.note(Metric::SeatsBorrowed, u64::from(borrowed));
            // The ticket function issues the ticket a moment later, so this answer contains no ticket.
            let view = RegistrationView::new(event, &registration, Place::None);
            Ok((StatusCode::CREATED, Json(view)))
        }
        ClaimOutcome::AlreadyConfirmed(rev) => {
            let registration =
                held_registration(app, event.id, actor.id, rev, now, request).await?;
            Ok((
                StatusCode::OK,
                Json(shown(app, event, &registration).await?),
            ))
        }
        ClaimOutcome::SoldOut => {
            app.metrics.note(Metric::SoldOut, 1);
            Err(ApiError::SoldOut)
        }
        ClaimOutcome::Contended => Err(ApiError::Contended),
        ClaimOutcome::Closed => {
            let event =
                access::own_registration(app, actor, Action::Register, event.id.into()).await?;
            Err(ApiError::RegistrationClosed(
                event
                    .registration_closed(clock::now())
                    .unwrap_or(ClosedReason::Closed),
            ))
        }
    }
}

/// Returns the registration of a user who is on the guest list. If the registration was never written, writes it now.
pub(super) async fn held_registration(
    app: &App,
    event: EventId,
    user: UserId,
    rev: SeatRev,
    now: Timestamp,
    request: &str,
) -> Result<Registration, ApiError> {
    match app.store.registration(event, user).await? {
        Some(registration) if registration.status == RegistrationStatus::Confirmed => {
            Ok(registration)
        }
        _ => Ok(app
            .store
            .record_seat(event, user, rev, now, request)
            .await?
            .into_registration()),
    }
}

/// Returns the caller's confirmed registration if the event is published, even though registration is closed. Refuses a caller
/// who has no confirmed registration.
async fn refuse_unless_held(
    app: &App,
    actor: &Actor,
    event: &Event,
    closed: ClosedReason,
) -> Result<(StatusCode, Json<RegistrationView>), ApiError> {
    if event.status == EventStatus::Published
        && let Some(held) = app.store.registration(event.id, actor.id).await?
        && held.status == RegistrationStatus::Confirmed
    {
        return Ok((StatusCode::OK, Json(shown(app, event, &held).await?)));
    }
    Err(ApiError::RegistrationClosed(closed))
}
