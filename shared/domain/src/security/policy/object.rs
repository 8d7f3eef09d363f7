//! The objects of actions.

use crate::{events::Event, id::UserId};

/// The object of an action. It contains all data that the policy needs.
#[derive(Debug, Clone, Copy)]
pub enum Object<'a> {
    /// The whole deployment: all accounts, the statistics of all events, the queues.
    Deployment,
    /// The account of this user.
    Account(UserId),
    /// An event.
    Event {
        /// The event itself.
        event: &'a Event,
        /// Whether the actor belongs to the event's door staff.
        staff: bool,
    },
    /// A registration, which may not exist yet.
    Registration {
        /// The event that the registration is for.
        event: &'a Event,
        /// The user whose registration it is.
        of: UserId,
    },
    /// A ticket.
    Ticket {
        /// The event that the ticket is for.
        event: &'a Event,
        /// The user who holds the ticket.
        holder: UserId,
        /// Whether the actor belongs to the event's door staff.
        staff: bool,
    },
}

impl<'a> Object<'a> {
    /// Returns the object with the value `staff` in its field of the same name, or unchanged if it has no such field. `staff`
    /// is true if the actor belongs to the event's door staff.
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

    /// Returns the event of the object; `None` if the object does not belong to an event.
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
