//! Who may do what to which object: decided here, and nowhere else.

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

/// The account that asks: the one of a valid access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account.
    pub id: UserId,
    /// Its role now; where the account is not read, the role when the token was made.
    pub role: Role,
}

/// What the policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// They may.
    Allowed,
    /// They may not, though they see the object.
    Forbidden,
    /// They organize the event and may read it, but their role of organizer was taken.
    RoleTaken,
    /// The object does not exist for them.
    Hidden,
    /// Nobody may who is not signed in.
    Unauthenticated,
}

/// Whether `actor` (`None`: anonymous) may do `action` to `object`. An action that is not one of the object's is never
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

/// Whether it matters to the decision that the actor is door staff: otherwise nobody needs to look that up.
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

/// Whether the action is theirs to do, to an object that they see.
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

/// Whether the event exists for the actor: a draft does for those who read it.
fn sees_event(actor: Option<&Actor>, event: &Event) -> bool {
    event.status != EventStatus::Draft || reads(actor, event)
}

/// Whether the actor reads what is not public of an event, and nothing of other people: its organizer, whatever role they
/// have by now, and every administrator.
fn reads(actor: Option<&Actor>, event: &Event) -> bool {
    is(actor, event.organizer.id) || has_role(actor, &[Role::Admin])
}

/// Whether the actor changes an event, reaches its registrants and reads about them: its organizer while they have the
/// role, and every administrator.
fn runs(actor: Option<&Actor>, event: &Event) -> bool {
    reads(actor, event) && has_role(actor, &[Role::Organizer, Role::Admin])
}

/// The actor as they were before their role was taken; `None` if they do not organize the event.
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
