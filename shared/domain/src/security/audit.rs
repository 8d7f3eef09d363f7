//! The audit log: who did what to which object, when, and with which request.
//!
//! An entry is made for a [`Deed`], which is an action on an object. The entry is written together with the change that it
//! records, and is never changed itself. The entry has only ids and values: no address, no name, and no text that a person
//! wrote, except the reason that an organizer gives for cancelling an event or a registration.

mod deed;
mod object;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    id::AuditId,
    invalid::{Reason, Refusal},
    security::policy::Actor,
};

pub use deed::{Deed, EventUpdate};
pub use object::{Object, QueueName, UnknownObject};

/// The kind of a deed, which is stored and shown by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Action {
    /// An account got another role.
    RoleChanged,
    /// The owner of an account erased it.
    UserErased,
    /// An account got another e-mail address.
    EmailChanged,
    /// An account got its former e-mail address back, because a reader of that mailbox objected to the change.
    EmailRestored,
    /// A draft was published.
    EventPublished,
    /// An event was cancelled.
    EventCancelled,
    /// An event was completed.
    EventCompleted,
    /// The details of an event were changed.
    EventUpdated,
    /// A draft was deleted.
    EventDeleted,
    /// An event got another organizer.
    EventHandedOver,
    /// A user became door staff of an event.
    StaffAdded,
    /// A user was removed from the door staff of an event.
    StaffRemoved,
    /// A link that invites to the door staff of an event was made. It replaced the former one.
    StaffInvitationMade,
    /// The invitation to the door staff of an event was revoked.
    StaffInvitationRevoked,
    /// A person became door staff of an event by an invitation.
    StaffJoined,
    /// An admission was taken back.
    CheckInUndone,
    /// Somebody other than the registrant took away the registrant's seat, or place on the waitlist.
    RegistrationCancelled,
    /// The dead letters of a queue were sent back to that queue.
    DeadLettersRedriven,
    /// The statistics of an event were recounted and corrected.
    StatsRebuilt,
}

/// The error that a text is not the name of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an action of the audit log, such as event.published")]
pub struct UnknownAction;

impl Refusal for UnknownAction {
    fn reason(&self) -> Reason {
        Reason::NotAChoice
    }
}

impl Action {
    /// All actions. A new action is added here and in [`Action::as_str`], and needs a [`Deed`].
    pub const ALL: [Self; 19] = [
        Self::RoleChanged,
        Self::UserErased,
        Self::EmailChanged,
        Self::EmailRestored,
        Self::EventPublished,
        Self::EventCancelled,
        Self::EventCompleted,
        Self::EventUpdated,
        Self::EventDeleted,
        Self::EventHandedOver,
        Self::StaffAdded,
        Self::StaffRemoved,
        Self::StaffInvitationMade,
        Self::StaffInvitationRevoked,
        Self::StaffJoined,
        Self::CheckInUndone,
        Self::RegistrationCancelled,
        Self::DeadLettersRedriven,
        Self::StatsRebuilt,
    ];

    /// Returns the name of the action as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RoleChanged => "user.role-changed",
            Self::UserErased => "user.erased",
            Self::EmailChanged => "user.email-changed",
            Self::EmailRestored => "user.email-restored",
            Self::EventPublished => "event.published",
            Self::EventCancelled => "event.cancelled",
            Self::EventCompleted => "event.completed",
            Self::EventUpdated => "event.updated",
            Self::EventDeleted => "event.deleted",
            Self::EventHandedOver => "event.handed-over",
            Self::StaffAdded => "staff.added",
            Self::StaffRemoved => "staff.removed",
            Self::StaffInvitationMade => "staff.invitation-made",
            Self::StaffInvitationRevoked => "staff.invitation-revoked",
            Self::StaffJoined => "staff.joined",
            Self::CheckInUndone => "check-in.undone",
            Self::RegistrationCancelled => "registration.cancelled",
            Self::DeadLettersRedriven => "dead-letters.redriven",
            Self::StatsRebuilt => "stats.rebuilt",
        }
    }
}

impl From<Action> for &'static str {
    fn from(action: Action) -> Self {
        action.as_str()
    }
}

impl std::str::FromStr for Action {
    type Err = UnknownAction;
    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        Self::ALL
            .into_iter()
            .find(|action| action.as_str() == text)
            .ok_or(UnknownAction)
    }
}

impl TryFrom<String> for Action {
    type Error = UnknownAction;
    fn try_from(text: String) -> Result<Self, UnknownAction> {
        text.parse()
    }
}

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// The id of the entry.
    pub id: AuditId,
    /// The time of the deed.
    pub at: Timestamp,
    /// The account that acted, and its role.
    pub actor: Actor,
    /// The kind of the deed.
    pub action: Action,
    /// The object that the deed changed.
    pub object: Object,
    /// The id of the API request that caused the deed.
    pub request_id: String,
    /// Further details: a small JSON object whose members depend on the action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Value>,
}

impl AuditEntry {
    /// Returns the entry that records a deed.
    #[must_use]
    pub fn new(
        id: AuditId,
        at: Timestamp,
        actor: Actor,
        request_id: impl Into<String>,
        deed: &Deed,
    ) -> Self {
        Self {
            id,
            at,
            actor,
            action: deed.action(),
            object: deed.object(),
            request_id: request_id.into(),
            detail: deed.detail(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_read_by_its_name() {
        for action in Action::ALL {
            assert_eq!(action.as_str().parse(), Ok(action));
        }
        for wrong in ["", "event", "event.Published", "event.published "] {
            assert_eq!(wrong.parse::<Action>(), Err(UnknownAction), "{wrong}");
        }
    }
}
