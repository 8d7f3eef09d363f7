//! Handles `DELETE /v1/me`.

use axum::{extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    accounts::erasure::{Remains, is_to_come},
    events::{Event, EventStatus},
    seats::registration::{Registration, RegistrationStatus},
    security::{audit::Deed, policy::Action},
};
use store::{Erasure, EventWrite};

use super::everything;
use crate::{
    access,
    app::{App, Shared},
    extract::Acting,
    problem::ApiError,
    routes::registrations::cancel::cancel_own,
};

/// Erases the caller's account. Seats and places on the waitlist at future events are given up, and drafts are deleted. Past
/// registrations and admissions still count in the statistics, under an id that does not identify the person. An organizer must
/// first cancel or complete published events, or ask an administrator to hand them over. Sessions end, and access tokens are
/// refused from then on. If the request fails half-way, repeat it.
#[utoipa::path(delete, path = "/v1/me", tag = "accounts", security(("bearer" = [])), responses(
    (status = 204, description = "Nothing is stored about the caller any more, except in backups"), (status = 401, description = "`unauthorized`"),
    (status = 409, description = "`has-published-events` with `events`, or `last-admin`"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn erase_me(
    State(app): State<Shared>,
    acting: Acting,
) -> Result<StatusCode, ApiError> {
    let user = acting.actor.id;
    let account = access::own_account(&acting.account, Action::EraseAccount)?;
    let events = everything::events(&app, user).await?;
    refuse_while_published(&events)?;
    if app.store.is_last_admin(user).await? {
        return Err(ApiError::LastAdmin);
    }
    for registration in everything::registrations(&app, user).await? {
        give_up(&app, &registration, &acting).await?;
        if registration.removal_reason.is_some() {
            let event = registration.event_id;
            app.store.forget_removal_reason(event, user).await?;
        }
    }
    for event in everything::staffed_events(&app, user).await? {
        let entry = acting.entry(&Deed::RemoveStaff(event, user));
        app.store.remove_staff(event, user, Some(&entry)).await?;
    }
    for event in events {
        let_go(&app, event, &acting).await?;
    }
    app.store.forget_sessions(user).await?;
    // The account is erased last. Until then, its holder can repeat the whole request after a failure. If the account got seats
    // or places on a waitlist while this request ran, the relay gives them back.
    let entry = acting.entry(&Deed::EraseAccount(user));
    match app.store.erase_account(account, &entry).await? {
        Erasure::Erased => Ok(StatusCode::NO_CONTENT),
        Erasure::Changed => Err(ApiError::Contended),
        Erasure::LastAdmin => Err(ApiError::LastAdmin),
    }
}

fn refuse_while_published(events: &[Event]) -> Result<(), ApiError> {
    let published = events
        .iter()
        .filter(|event| event.status == EventStatus::Published);
    let events: Vec<String> = published.map(|event| event.id.to_string()).collect();
    if events.is_empty() {
        Ok(())
    } else {
        Err(ApiError::HasPublishedEvents { events })
    }
}

/// Gives up the user's seat or waitlist place at an event that has not yet taken place.
async fn give_up(app: &App, registration: &Registration, acting: &Acting) -> Result<(), ApiError> {
    if registration.status == RegistrationStatus::Cancelled {
        return Ok(());
    }
    let (actor, path) = (&acting.actor, registration.event_id.into());
    let event = access::own_registration(app, actor, Action::CancelRegistration, path).await;
    let event = match event {
        Ok(event) if is_to_come(&event, clock::now()) => event,
        Ok(_) | Err(ApiError::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    match cancel_own(app, &event, acting.actor.id, &acting.request).await {
        // If the event has started meanwhile, the registration stays, and its holder still counts as a person who came.
        Ok(_) | Err(ApiError::EventStarted) => Ok(()),
        // The user was admitted, but the relay does not know that. `keep_seat` marks the registration, so that the relay does
        // not give the seat back.
        Err(ApiError::AlreadyAdmitted) => {
            let (event, user) = (registration.event_id, registration.user_id);
            Ok(app.store.keep_seat(event, user).await?)
        }
        Err(error) => Err(error),
    }
}

/// Gives up an event of the erased user: deletes a draft, and removes the organizer's name from a past event.
async fn let_go(app: &App, event: Event, acting: &Acting) -> Result<(), ApiError> {
    let written = match Remains::of(event, clock::now()) {
        Remains::Deleted(draft) => {
            let entry = acting.entry(&Deed::DeleteEvent(draft.id));
            app.store.delete_draft(&draft, Some(&entry)).await?
        }
        Remains::Nameless(event) => {
            let written = app.store.update_event(&event, &acting.request, None);
            written.await?
        }
        Remains::Unchanged => return Ok(()),
    };
    match written {
        EventWrite::Written => Ok(()),
        EventWrite::Stale => Err(ApiError::Contended),
    }
}
