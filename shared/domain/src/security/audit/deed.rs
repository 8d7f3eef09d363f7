//! Deeds, the actions that the audit log records. A deed contains everything that its entry in the log needs.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Action, Object, QueueName};
use crate::{
    accounts::role::Role,
    events::{Event, EventField},
    id::{EventId, UserId},
    text::{CancelReason, RemovalReason, timestamp::rfc3339},
    tickets::code::TicketCode,
};

/// An action that the audit log records, and its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// An account gets another role.
    ChangeRole {
        /// The id of the account.
        user: UserId,
        /// The role before the change.
        from: Role,
        /// The role after the change.
        to: Role,
    },
    /// An account is erased.
    EraseAccount(UserId),
    /// An account gets another e-mail address. The log does not contain the address.
    ChangeEmail(UserId),
    /// An account gets its former e-mail address back.
    RestoreEmail(UserId),
    /// A draft is published.
    PublishEvent(EventId),
    /// An event is cancelled.
    CancelEvent {
        /// The id of the event.
        event: EventId,
        /// The reason for the cancellation, if the organizer gives one.
        reason: Option<CancelReason>,
    },
    /// An event is completed.
    CompleteEvent(EventId),
    /// The details of an event are changed.
    UpdateEvent(EventUpdate),
    /// A draft is deleted.
    DeleteEvent(EventId),
    /// An event gets another organizer.
    HandOverEvent {
        /// The id of the event.
        event: EventId,
        /// The id of the organizer before the change.
        from: UserId,
        /// The id of the organizer after the change.
        to: UserId,
    },
    /// A user becomes door staff of an event.
    AddStaff(EventId, UserId),
    /// A user is removed from the door staff of an event.
    RemoveStaff(EventId, UserId),
    /// A link is made that invites to the door staff of an event. It replaces the former one.
    InviteStaff {
        /// The id of the event.
        event: EventId,
        /// The time at which the invitation expires.
        until: Timestamp,
    },
    /// The invitation to the door staff of an event is revoked.
    RevokeStaffInvitation(EventId),
    /// The person who acts becomes door staff of an event by an invitation.
    JoinStaff(EventId),
    /// The admission of a guest is taken back.
    UndoCheckIn(EventId, TicketCode),
    /// Somebody other than the registrant takes away the registrant's seat, or place on the waitlist.
    CancelRegistration {
        /// The id of the event.
        event: EventId,
        /// The id of the registrant.
        user: UserId,
        /// The reason, if the organizer gives one.
        reason: Option<RemovalReason>,
    },
    /// The dead letters of a queue are sent back to that queue.
    RedriveDeadLetters {
        /// The name of the queue.
        queue: QueueName,
        /// The approximate number of dead letters when the redrive began. The number of letters that are sent back is not
        /// logged, because it is not known yet, and a redrive may end early.
        depth: u32,
    },
    /// The statistics of an event are corrected after a recount.
    RebuildStats {
        /// The id of the event.
        event: EventId,
        /// The number of counters that had a wrong value.
        corrected: usize,
    },
}

/// A change of the details of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventUpdate {
    #[serde(skip)]
    event: EventId,
    fields: Vec<EventField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<FromTo<u32>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct FromTo<T> {
    from: T,
    to: T,
}

impl EventUpdate {
    /// Returns the change between two versions of an event; `None` if no detail has changed.
    #[must_use]
    pub fn between(before: &Event, after: &Event) -> Option<Self> {
        let fields = EventField::changed(before, after);
        let (from, to) = (before.details.capacity.get(), after.details.capacity.get());
        (!fields.is_empty()).then(|| Self {
            event: after.id,
            fields,
            capacity: (from != to).then_some(FromTo { from, to }),
        })
    }
}

impl EventUpdate {
    /// Returns the change of the picture of the event `event`.
    #[must_use]
    pub fn of_picture(event: EventId) -> Self {
        Self {
            event,
            fields: vec![EventField::Picture],
            capacity: None,
        }
    }
}

impl Deed {
    /// Returns the action of the deed.
    pub(super) fn action(&self) -> Action {
        match self {
            Self::ChangeRole { .. } => Action::RoleChanged,
            Self::EraseAccount(_) => Action::UserErased,
            Self::ChangeEmail(_) => Action::EmailChanged,
            Self::RestoreEmail(_) => Action::EmailRestored,
            Self::PublishEvent(_) => Action::EventPublished,
            Self::CancelEvent { .. } => Action::EventCancelled,
            Self::CompleteEvent(_) => Action::EventCompleted,
            Self::UpdateEvent(_) => Action::EventUpdated,
            Self::DeleteEvent(_) => Action::EventDeleted,
            Self::HandOverEvent { .. } => Action::EventHandedOver,
            Self::AddStaff(..) => Action::StaffAdded,
            Self::RemoveStaff(..) => Action::StaffRemoved,
            Self::InviteStaff { .. } => Action::StaffInvitationMade,
            Self::RevokeStaffInvitation(_) => Action::StaffInvitationRevoked,
            Self::JoinStaff(_) => Action::StaffJoined,
            Self::UndoCheckIn(..) => Action::CheckInUndone,
            Self::CancelRegistration { .. } => Action::RegistrationCancelled,
            Self::RedriveDeadLetters { .. } => Action::DeadLettersRedriven,
            Self::RebuildStats { .. } => Action::StatsRebuilt,
        }
    }

    /// Returns the object of the deed.
    pub(super) fn object(&self) -> Object {
        match self {
            Self::ChangeRole { user, .. }
            | Self::EraseAccount(user)
            | Self::ChangeEmail(user)
            | Self::RestoreEmail(user) => Object::User(*user),
            Self::PublishEvent(event)
            | Self::CancelEvent { event, .. }
            | Self::CompleteEvent(event)
            | Self::UpdateEvent(EventUpdate { event, .. })
            | Self::DeleteEvent(event)
            | Self::HandOverEvent { event, .. }
            | Self::AddStaff(event, _)
            | Self::RemoveStaff(event, _)
            | Self::InviteStaff { event, .. }
            | Self::RevokeStaffInvitation(event)
            | Self::JoinStaff(event)
            | Self::UndoCheckIn(event, _)
            | Self::CancelRegistration { event, .. }
            | Self::RebuildStats { event, .. } => Object::Event(*event),
            Self::RedriveDeadLetters { queue, .. } => Object::Queue(queue.clone()),
        }
    }

    /// Returns the further details of the deed for its audit log entry; `None` if the deed has none.
    pub(super) fn detail(&self) -> Option<Value> {
        match self {
            Self::ChangeRole { from, to, .. } => Some(json!({"from": from, "to": to})),
            Self::HandOverEvent { from, to, .. } => Some(json!({"from": from, "to": to})),
            Self::CancelEvent { reason, .. } => {
                reason.as_ref().map(|reason| json!({"reason": reason}))
            }
            Self::UpdateEvent(update) => Some(json!(update)),
            Self::AddStaff(_, user)
            | Self::RemoveStaff(_, user)
            | Self::CancelRegistration {
                user, reason: None, ..
            } => Some(json!({"userId": user})),
            Self::CancelRegistration {
                user,
                reason: Some(reason),
                ..
            } => Some(json!({"userId": user, "reason": reason})),
            Self::InviteStaff { until, .. } => Some(json!({"expiresAt": rfc3339(*until)})),
            Self::UndoCheckIn(_, code) => Some(json!({"code": code})),
            Self::RedriveDeadLetters { depth, .. } => Some(json!({"depth": depth})),
            Self::RebuildStats { corrected, .. } => Some(json!({"corrected": corrected})),
            Self::EraseAccount(_)
            | Self::ChangeEmail(_)
            | Self::RestoreEmail(_)
            | Self::PublishEvent(_)
            | Self::CompleteEvent(_)
            | Self::DeleteEvent(_)
            | Self::RevokeStaffInvitation(_)
            | Self::JoinStaff(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
