//! The policy: who may do what to which object. It is decided only here.

mod action;
mod object;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use object::Object;

use serde::{Deserialize, Serialize};

use crate::{
    accounts::role::Role,
    events::{Event, EventStatus},
    id::UserId,
};

/// The account of the caller, by a valid access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account.
    pub id: UserId,
    /// The account's current role or, if the account is not read, its role when the token was made.
    pub role: Role,
}

/// The decision of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The actor may do it.
    Allowed,
    /// The actor sees the object, but may not do it.
    Forbidden,
    /// The actor organizes the event and may read it, but does not have the role of organizer any more.
    RoleTaken,
    /// The object does not exist for the actor.
    Hidden,
    /// Only signed-in callers may do it.
    Unauthenticated,
}

/// Decides whether `actor` (`None`: anonymous) may do `action` to `object`. An action of another kind of object is never
/// allowed.
#[must_use]
pub fn may(actor: Option<&Actor>, action: Action, object: Object<'_>) -> Decision {
    if actor.is_none() && !action.is_public() {
        Decision::Unauthenticated
    } else if !sees(actor, object) {
        Decision::Hidden
    } else if allows(actor, action, object) {
        Decision::Allowed
    } else if allows(with_role_restored(actor, object).as_ref(), action, object) {
        Decision::RoleTaken
    } else {
        Decision::Forbidden
    }
}

/// Whether the decision depends on the actor being door staff. Otherwise there is no need to look that up.
#[must_use]
pub fn depends_on_staff(actor: Option<&Actor>, action: Action, object: Object<'_>) -> bool {
    may(actor, action, object.with_staff(false)) != may(actor, action, object.with_staff(true))
}

/// Whether the object exists for the actor.
fn sees(actor: Option<&Actor>, object: Object<'_>) -> bool {
    match object {
        Object::Deployment => true,
        Object::Account(id) => is(actor, id) || has_role(actor, &[Role::Admin]),
        Object::Event { event, .. } => sees_event(actor, event),
        Object::Registration { event, of } => {
            reads(actor, event) || (is(actor, of) && sees_event(actor, event))
        }
        Object::Ticket {
            event,
            holder,
            staff,
        } => is(actor, holder) || reads(actor, event) || (staff && sees_event(actor, event)),
    }
}

/// Whether the actor may do the action to an object that the actor sees.
fn allows(actor: Option<&Actor>, action: Action, object: Object<'_>) -> bool {
    match (object, action) {
        (Object::Deployment, Action::CreateEvent) => {
            has_role(actor, &[Role::Organizer, Role::Admin])
        }
        (
            Object::Deployment,
            Action::ListAccounts
            | Action::ChangeRole
            | Action::CountSeats
            | Action::RebuildEventStats
            | Action::ReadStats
            | Action::ReadAudit
            | Action::ReadDeadLetters
            | Action::RedriveDeadLetters,
        )
        | (Object::Event { .. }, Action::HandOver) => has_role(actor, &[Role::Admin]),
        (
            Object::Account(id),
            Action::ReadAccount | Action::ChangeAccount | Action::EraseAccount,
        ) => is(actor, id),
        (Object::Event { .. }, Action::ReadEvent) => true,
        (Object::Event { event, .. }, Action::ReadEventStats) => reads(actor, event),
        (
            Object::Event { event, .. },
            Action::ChangeEvent
            | Action::Announce
            | Action::ReadStaff
            | Action::ChangeStaff
            | Action::ReadAttendees
            | Action::RemoveAttendee,
        ) => runs(actor, event),
        (Object::Event { event, staff }, Action::CheckIn | Action::ReadDoor) => {
            staff || runs(actor, event)
        }
        (
            Object::Registration { of, .. },
            Action::Register | Action::ReadRegistration | Action::CancelRegistration,
        ) => is(actor, of),
        (
            Object::Ticket {
                event,
                holder,
                staff,
            },
            Action::ReadTicket,
        ) => is(actor, holder) || staff || runs(actor, event),
        _ => false,
    }
}

/// Whether the event exists for the actor. A draft exists for those who may read it.
fn sees_event(actor: Option<&Actor>, event: &Event) -> bool {
    event.status != EventStatus::Draft || reads(actor, event)
}

/// Whether the actor may read the parts of an event that are not public, but nothing about other people. This is true of its
/// organizer, with any role, and of every administrator.
fn reads(actor: Option<&Actor>, event: &Event) -> bool {
    is(actor, event.organizer.id) || has_role(actor, &[Role::Admin])
}

/// Whether the actor may change an event, reach its registrants and read about them. This is true of its organizer, as long as
/// that account has the role, and of every administrator.
fn runs(actor: Option<&Actor>, event: &Event) -> bool {
    reads(actor, event) && has_role(actor, &[Role::Organizer, Role::Admin])
}

/// Returns the actor with the role of organizer; `None` if the actor does not organize the event.
fn with_role_restored(actor: Option<&Actor>, object: Object<'_>) -> Option<Actor> {
    let event = object.event()?;
    let actor = actor.filter(|actor| actor.id == event.organizer.id)?;
    Some(Actor {
        role: Role::Organizer,
        ..*actor
    })
}

fn is(actor: Option<&Actor>, id: UserId) -> bool {
    actor.is_some_and(|actor| actor.id == id)
}

fn has_role(actor: Option<&Actor>, roles: &[Role]) -> bool {
    actor.is_some_and(|actor| roles.contains(&actor.role))
}
