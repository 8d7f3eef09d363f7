//! The policy: who may do what to which object. No other module decides this.

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

/// The account of the caller, identified by a valid access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The id of the account.
    pub id: UserId,
    /// The current role of the account, or, if the request did not read the account, its role at the time when the token was
    /// issued.
    pub role: Role,
}

/// The decision of the policy: whether an actor may do an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The actor may do the action.
    Allowed,
    /// The actor may see the object, but may not do the action.
    Forbidden,
    /// The actor is the organizer of the event and may read it, but the account no longer has the role of organizer.
    RoleTaken,
    /// The actor may not see the object, so the reply is as if it did not exist.
    Hidden,
    /// Only signed-in callers may do the action.
    Unauthenticated,
}

/// Decides whether `actor` may do `action` to `object`. `None` is an anonymous caller. An action that does not belong to the
/// kind of `object` is never allowed.
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

/// Whether the policy's decision depends on whether the actor is door staff. If not, the caller of the policy need not read the
/// list of the event's door staff.
#[must_use]
pub fn depends_on_staff(actor: Option<&Actor>, action: Action, object: Object<'_>) -> bool {
    may(actor, action, object.with_staff(false)) != may(actor, action, object.with_staff(true))
}

/// Whether the actor may know that the object exists.
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

/// Whether the actor may do the action, if the actor may see the object.
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
        // The store checks that a person who joins the door staff has the code of a valid invitation.
        (Object::Event { .. }, Action::ReadEvent | Action::JoinStaff) => true,
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
        (Object::Ticket { event, holder, .. }, Action::MailTicket) => {
            is(actor, holder) || runs(actor, event)
        }
        _ => false,
    }
}

/// Whether the actor may know that the event exists. A draft is visible only to those who may read it.
fn sees_event(actor: Option<&Actor>, event: &Event) -> bool {
    event.status != EventStatus::Draft || reads(actor, event)
}

/// Whether the actor may read the parts of an event that are not public and not about other people. This is true for the
/// event's organizer, even if their account has lost the role of organizer, and for every admin.
fn reads(actor: Option<&Actor>, event: &Event) -> bool {
    is(actor, event.organizer.id) || has_role(actor, &[Role::Admin])
}

/// Whether the actor may change an event, send announcements to its registrants and read their data. This is true for every
/// admin. It is also true for the organizer, if their account still has the role of organizer.
fn runs(actor: Option<&Actor>, event: &Event) -> bool {
    reads(actor, event) && has_role(actor, &[Role::Organizer, Role::Admin])
}

/// Returns the actor with the role of organizer, in place of the account's present role. Returns `None` if the actor is not the
/// organizer of the object's event.
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
