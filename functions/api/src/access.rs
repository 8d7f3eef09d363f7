//! Gives handlers the objects that a request names. Each function first checks in the policy that the caller may do the
//! requested action.
//!
//! Handlers cannot read the id in a path. Only these functions return the object with that id, and each takes an [`Action`]. A
//! handler opens the caller's own objects by the id in the access token, without a check.

mod path;

pub(crate) use path::{EventPath, SessionPath, TicketPath, UserPath};

use std::sync::Arc;

use domain::{
    door::Ticket,
    events::Event,
    id::{EventId, SessionId, UserId},
    security::policy::{Action, Actor, Decision, Object, depends_on_staff, may},
};
use store::Account;

use crate::{app::App, problem::ApiError};

/// Returns the event if the policy allows the caller this `action` on it.
pub(crate) async fn event<'a>(
    app: &App,
    actor: impl Into<Option<&'a Actor>>,
    action: Action,
    EventPath(id): EventPath,
) -> Result<Event, ApiError> {
    let event = found_event(app, id).await?;
    permit(app, actor.into(), action, event_object(&event)).await?;
    Ok(event)
}

/// Returns the event if the policy allows the caller this `action` on the caller's own registration for the event.
pub(crate) async fn own_registration(
    app: &App,
    actor: &Actor,
    action: Action,
    EventPath(id): EventPath,
) -> Result<Event, ApiError> {
    let event = found_event(app, id).await?;
    permit(app, Some(actor), action, registration(actor, &event)).await?;
    Ok(event)
}

/// Does the same as [`own_registration`], but returns the cached event, which may be a few seconds old. Returns `None` if the
/// event is not cached, or the policy does not allow the action.
pub(crate) fn remembered_for_own_registration(
    app: &App,
    actor: &Actor,
    action: Action,
    EventPath(id): EventPath,
) -> Option<Arc<Event>> {
    let event = app.memory.event(id)?;
    let decision = may(Some(actor), action, registration(actor, &event));
    (decision == Decision::Allowed).then_some(event)
}

/// Returns the ticket and its event if the policy allows the caller this `action` on the ticket. If the caller may not see the
/// ticket, the error is the same as for a missing ticket.
pub(crate) async fn ticket(
    app: &App,
    actor: &Actor,
    action: Action,
    TicketPath(code): TicketPath,
) -> Result<(Ticket, Event), ApiError> {
    #[expect(clippy::disallowed_methods, reason = "the policy is asked below")]
    let ticket = app.store.ticket(code).await?.ok_or(ApiError::NotFound)?;
    let event = found_event(app, ticket.event_id).await?;
    let object = Object::Ticket {
        event: &event,
        holder: ticket.user_id,
        staff: false,
    };
    permit(app, Some(actor), action, object).await?;
    Ok((ticket, event))
}

/// Whether the policy allows the caller this `action` on the event. The caller is door staff of the event.
pub(crate) fn as_door_staff(actor: &Actor, action: Action, event: &Event) -> bool {
    may(Some(actor), action, event_object(event).with_staff(true)) == Decision::Allowed
}

/// Returns the caller's own account if the policy allows the caller this `action` on it.
pub(crate) fn own_account(account: &Account, action: Action) -> Result<&Account, ApiError> {
    let actor = account.actor();
    expect_allowed(may(Some(&actor), action, Object::Account(actor.id)))?;
    Ok(account)
}

/// Returns the session id in the path if the policy allows the caller this `action` on the caller's own account. Does not check
/// that the session exists.
pub(crate) async fn own_session(
    app: &App,
    actor: &Actor,
    action: Action,
    SessionPath(id): SessionPath,
) -> Result<SessionId, ApiError> {
    permit(app, Some(actor), action, Object::Account(actor.id)).await?;
    Ok(id)
}

/// Returns an error unless the policy allows the caller this `action` on the deployment.
pub(crate) fn deployment(actor: &Actor, action: Action) -> Result<(), ApiError> {
    expect_allowed(may(Some(actor), action, Object::Deployment))
}

/// If the policy allows the caller this `action` on the whole deployment, returns the event id in the path, whoever organizes
/// that event.
pub(crate) fn any_event(
    actor: &Actor,
    action: Action,
    EventPath(id): EventPath,
) -> Result<EventId, ApiError> {
    deployment(actor, action).map(|()| id)
}

/// If the policy allows the caller this `action` on the whole deployment, returns the user id in the path, whichever user it
/// is.
pub(crate) fn any_user(
    actor: &Actor,
    action: Action,
    UserPath(id): UserPath,
) -> Result<UserId, ApiError> {
    deployment(actor, action).map(|()| id)
}

fn event_object(event: &Event) -> Object<'_> {
    Object::Event {
        event,
        staff: false,
    }
}

fn registration<'a>(actor: &Actor, event: &'a Event) -> Object<'a> {
    Object::Registration {
        event,
        of: actor.id,
    }
}

async fn found_event(app: &App, id: EventId) -> Result<Event, ApiError> {
    #[expect(clippy::disallowed_methods, reason = "who calls this asks the policy")]
    let event = app.store.event(id).await?;
    event.ok_or(ApiError::NotFound)
}

/// Returns an error unless the policy allows `actor` this `action` on `object`. If the policy must know whether the caller is
/// door staff of the event, the function reads that from the table.
async fn permit(
    app: &App,
    actor: Option<&Actor>,
    action: Action,
    object: Object<'_>,
) -> Result<(), ApiError> {
    let staff = match (actor, object.event()) {
        (Some(actor), Some(event)) if depends_on_staff(Some(actor), action, object) => {
            app.store.is_staff(event.id, actor.id).await?
        }
        _ => false,
    };
    expect_allowed(may(actor, action, object.with_staff(staff)))
}

fn expect_allowed(decision: Decision) -> Result<(), ApiError> {
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Forbidden => Err(ApiError::Forbidden),
        Decision::RoleTaken => Err(ApiError::RoleTaken),
        Decision::Hidden => Err(ApiError::NotFound),
        Decision::Unauthenticated => Err(ApiError::Unauthorized),
    }
}
