//! Handles `DELETE /v1/events/{id}/registrations/me`, `DELETE /v1/events/{id}/registrations/{userId}` and
//! `POST /v1/events/{id}/registrations/{userId}/cancel`.

use axum::{Extension, Json, extract::State};
use bootstrap::clock;
use domain::{
    door::TicketStatus,
    events::Event,
    id::UserId,
    invalid::Findings,
    seats::registration::{Registration, RegistrationStatus},
    security::{audit::Deed, policy::Action},
    text::RemovalReason,
};
use serde::Deserialize;
use store::{Leaving, Withdrawal};
use utoipa::ToSchema;

use crate::{
    access,
    app::{App, Shared},
    extract::{Acting, EventPath, OptionalBody, SignedIn, UserPath},
    problem::ApiError,
    request::RequestId,
    routes::tickets::issued::ticket_of,
    views::{Place, RegistrationView},
};

/// Cancels the caller's registration, or gives up the place on the waitlist. Repeating the request changes nothing. Within two
/// seconds, the seat is offered to the waitlist, or to everybody if nobody waits.
#[utoipa::path(delete, path = "/v1/events/{id}/registrations/me", tag = "registrations", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = RegistrationView), (status = 404, description = "`not-found`: the caller has never registered for the event"), (status = 409, description = "`event-started`, or `already-admitted`: the caller has come in"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn cancel_my_registration(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<Json<RegistrationView>, ApiError> {
    let event = access::own_registration(&app, &actor, Action::CancelRegistration, path).await?;
    let registration = cancel_own(&app, &event, actor.id, &request).await?;
    Ok(Json(RegistrationView::new(
        &event,
        &registration,
        Place::None,
    )))
}

/// Why a registration is taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CancelRegistration {
    /// Reason, which the registrant reads in the mail and in the registration: at most 500 characters. The audit log keeps the
    /// reason, even if the account is erased.
    #[schema(example = "You are on the list twice.")]
    reason: Option<String>,
}

/// Takes back a registrant's seat or place on the waitlist. Repeating the request changes nothing.
#[utoipa::path(delete, path = "/v1/events/{id}/registrations/{userId}", tag = "registrations", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("userId" = String, Path, description = "Registrant"),
), responses(
    (status = 200, body = RegistrationView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"), (status = 409, description = "`event-started`"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn remove_attendee(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    user: UserPath,
) -> Result<Json<RegistrationView>, ApiError> {
    take_back(&app, &acting, path, user, None).await
}

/// Takes back a registrant's seat or place on the waitlist, and tells the registrant why. Repeating the request changes nothing,
/// and the first reason stays.
#[utoipa::path(post, path = "/v1/events/{id}/registrations/{userId}/cancel", tag = "registrations", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"), ("userId" = String, Path, description = "Registrant"),
), request_body(content = Option<CancelRegistration>), responses(
    (status = 200, body = RegistrationView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"), (status = 409, description = "`event-started`"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn cancel_registration(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    user: UserPath,
    OptionalBody(body): OptionalBody<CancelRegistration>,
) -> Result<Json<RegistrationView>, ApiError> {
    let mut findings = Findings::default();
    let reason = body
        .reason
        .and_then(|text| findings.check("/reason", RemovalReason::parse(&text)));
    findings.finish(Some(()))?;
    take_back(&app, &acting, path, user, reason).await
}

async fn take_back(
    app: &App,
    acting: &Acting,
    path: EventPath,
    user: UserPath,
    reason: Option<RemovalReason>,
) -> Result<Json<RegistrationView>, ApiError> {
    let event = access::event(app, &acting.actor, Action::RemoveAttendee, path).await?;
    let user = user.at(&event);
    let by = acting.actor.id;
    // If a guest gives up their own seat, no audit log entry is needed, because the registration shows who cancelled it. A
    // reason is not needed either.
    let reason = reason.filter(|_| by != user);
    let deed = || Deed::CancelRegistration {
        event: event.id,
        user,
        reason: reason.clone(),
    };
    let entry = (by != user).then(|| acting.entry(&deed()));
    let noted = Leaving {
        by,
        at: clock::now(),
        request: &acting.request,
        entry: entry.as_ref(),
        reason: reason.as_ref(),
    };
    let registration = cancel(app, &event, user, noted).await?;
    Ok(Json(RegistrationView::new(
        &event,
        &registration,
        Place::None,
    )))
}

/// Gives up the seat or the waitlist place of `user`. The request comes from that user.
pub(crate) async fn cancel_own(
    app: &App,
    event: &Event,
    user: UserId,
    request: &str,
) -> Result<Registration, ApiError> {
    refuse_if_inside(app, event, user).await?;
    let noted = Leaving {
        by: user,
        at: clock::now(),
        request,
        entry: None,
        reason: None,
    };
    cancel(app, event, user, noted).await
}

/// Refuses to cancel an admitted guest's registration after the doors have opened. Otherwise several people could come in with
/// the same seat, one after the other.
async fn refuse_if_inside(app: &App, event: &Event, user: UserId) -> Result<(), ApiError> {
    if clock::now() < event.details.schedule.doors_open() {
        return Ok(());
    }
    let Some(registration) = app.store.registration(event.id, user).await? else {
        return Ok(());
    };
    match ticket_of(app, &registration).await? {
        Some(ticket) if ticket.status == TicketStatus::Admitted => Err(ApiError::AlreadyAdmitted),
        _ => Ok(()),
    }
}

async fn cancel(
    app: &App,
    event: &Event,
    user: UserId,
    noted: Leaving<'_>,
) -> Result<Registration, ApiError> {
    let started = noted.at >= event.details.schedule.starts_at;
    if started {
        let registration = app
            .store
            .registration(event.id, user)
            .await?
            .ok_or(ApiError::NotFound)?;
        return if registration.status == RegistrationStatus::Cancelled {
            Ok(registration)
        } else {
            Err(ApiError::EventStarted)
        };
    }
    match app.store.withdraw(event, user, noted).await? {
        Withdrawal::Done(registration) => Ok(registration),
        Withdrawal::NeverRegistered => Err(ApiError::NotFound),
        Withdrawal::Contended => Err(ApiError::Contended),
    }
}
