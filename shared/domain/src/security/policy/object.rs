//! Objects of actions.

use crate::{events::Event, id::UserId};

/// The object of an action, with all data that the policy needs.
#[derive(Debug, Clone, Copy)]
pub enum Object<'a> {
    /// The deployment: all accounts, the statistics of all events, the queues.
    Deployment,
    /// The account of this user.
    Account(UserId),
    /// An event.
    Event {
        /// The event.
        event: &'a Event,
        /// Whether the actor is its door staff.
        staff: bool,
    },
    /// A registration, made or not.
    Registration {
        /// The event.
        event: &'a Event,
        /// The user whose registration it is.
        of: UserId,
    },
    /// A ticket.
    Ticket {
        /// The event.
        event: &'a Event,
        /// The user who holds it.
        holder: UserId,
        /// Whether the actor is door staff of the event.
        staff: bool,
    },
}

impl<'a> Object<'a> {
    /// Returns the same object, for an actor who is door staff of its event, or is not.
    #[must_use]
    pub const fn with_staff(self, staff: bool) -> Self {
        match self {
            Self::Event { event, .. } => Self::Event { event, staff },
            Self::Ticket { event, holder, .. } => Self::Ticket {
                event,
                holder,
                staff,
            },
            Self::Deployment | Self::Account(_) | Self::Registration { .. } => self,
        }
    }

    /// Returns the event to which it belongs.
    #[must_use]
    pub const fn event(self) -> Option<&'a Event> {
        match self {
            Self::Event { event, .. }
            | Self::Registration { event, .. }
            | Self::Ticket { event, .. } => Some(event),
            Self::Deployment | Self::Account(_) => None,
        }
    }
}
