//! What something is done to.

use crate::{events::Event, id::UserId};

/// What something is done to, with all that the policy needs to know of it.
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
        /// Its event.
        event: &'a Event,
        /// The user who holds it.
        holder: UserId,
        /// Whether the actor is door staff of the event.
        staff: bool,
    },
}

impl<'a> Object<'a> {
    /// The same object, for an actor who is door staff of its event, or is not.
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

    /// The event that it belongs to.
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
