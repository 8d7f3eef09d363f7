//! Who may do what, in one place.

use serde::{Deserialize, Serialize};

use crate::{
    event::{Event, EventStatus},
    id::UserId,
    role::Role,
};

/// Who is asking: the holder of a valid access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account.
    pub id: UserId,
    /// Its role when the token was made.
    pub role: Role,
}

/// How an actor stands to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventAccess {
    /// It does not exist for them.
    Hidden,
    /// They see it as the public does.
    View,
    /// They run it.
    Manage,
}

/// How `actor` (`None`: anonymous) stands to `event`.
#[must_use]
pub fn event_access(actor: Option<&Actor>, event: &Event) -> EventAccess {
    let manages =
        actor.is_some_and(|actor| actor.role == Role::Admin || actor.id == event.organizer.id);
    match event.status {
        _ if manages => EventAccess::Manage,
        EventStatus::Draft => EventAccess::Hidden,
        EventStatus::Published | EventStatus::Cancelled | EventStatus::Completed => {
            EventAccess::View
        }
    }
}

/// Whether somebody with `access` to an event may work at its doors; `staff`: the organizer made them door staff.
#[must_use]
pub fn may_work_at_doors(access: EventAccess, staff: bool) -> bool {
    match access {
        EventAccess::Hidden => false,
        EventAccess::View => staff,
        EventAccess::Manage => true,
    }
}

/// Whether `role` may make events.
#[must_use]
pub fn may_create_events(role: Role) -> bool {
    matches!(role, Role::Organizer | Role::Admin)
}

/// Whether `role` may look at all accounts and at the deployment, and change them.
#[must_use]
pub fn may_administer(role: Role) -> bool {
    role == Role::Admin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::tests::concert;

    #[test]
    fn a_draft_exists_for_its_organizer_and_admins_only() {
        let draft = concert(EventStatus::Draft);
        let other: UserId = "usr_01h455vb4pex5vsknk084sn02r".parse().unwrap();
        let actor = |id, role| Some(Actor { id, role });
        for (who, access) in [
            (None, EventAccess::Hidden),
            (actor(other, Role::User), EventAccess::Hidden),
            (actor(other, Role::Organizer), EventAccess::Hidden),
            (actor(other, Role::Admin), EventAccess::Manage),
            (
                actor(draft.organizer.id, Role::Organizer),
                EventAccess::Manage,
            ),
        ] {
            assert_eq!(event_access(who.as_ref(), &draft), access, "{who:?}");
        }
        for status in [
            EventStatus::Published,
            EventStatus::Cancelled,
            EventStatus::Completed,
        ] {
            assert_eq!(event_access(None, &concert(status)), EventAccess::View);
            assert_eq!(
                event_access(actor(other, Role::Organizer).as_ref(), &concert(status)),
                EventAccess::View
            );
        }
    }
}
