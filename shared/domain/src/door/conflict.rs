//! Conflicts: admissions that staff should look into.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::events::Event;

/// The reason why an admission is in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// The holder came in, and the ticket has ended since.
    Ended,
    /// Several scans let somebody in with the ticket.
    UsedTwice,
}

impl ConflictKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Ended, Self::UsedTwice];

    /// Returns the name as it is shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::UsedTwice => "used-twice",
        }
    }
}

/// The cause of the end of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndCause {
    /// The registration was cancelled, by the holder or by somebody else. A newer registration of the holder has a ticket of
    /// its own.
    RegistrationCancelled,
    /// The event was cancelled.
    EventCancelled,
}

/// The end of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The first moment at which the ticket was not good any more.
    pub at: Timestamp,
    /// The cause.
    pub cause: EndCause,
}

impl Ticket {
    /// Returns the reasons why its admission is in conflict, as far as the ticket itself shows; nothing if it is not.
    pub fn conflicts(&self) -> impl Iterator<Item = ConflictKind> {
        let is_inside = self.is_inside();
        let has_ended = self.has_ended();
        ConflictKind::ALL.into_iter().filter(move |kind| {
            is_inside
                && match kind {
                    ConflictKind::Ended => has_ended,
                    ConflictKind::UsedTwice => self.scans.len() > 1,
                }
        })
    }

    /// Returns the same as [`Ticket::conflicts`], at an event that may have been cancelled.
    pub fn conflicts_at(&self, event: &Event) -> impl Iterator<Item = ConflictKind> {
        let ended = self.is_inside() && self.ending(event).is_some();
        let others = self.conflicts();
        ended
            .then_some(ConflictKind::Ended)
            .into_iter()
            .chain(others.filter(move |kind| *kind != ConflictKind::Ended))
    }

    /// Returns the end of the ticket and the cause, if they are known. If the registration and the event were both cancelled,
    /// the earlier end counts.
    #[must_use]
    pub fn ending(&self, event: &Event) -> Option<Ending> {
        let own = self.ended_at.map(|at| Ending {
            at,
            cause: EndCause::RegistrationCancelled,
        });
        let events = event.cancelled_since().map(|at| Ending {
            at,
            cause: EndCause::EventCancelled,
        });
        own.into_iter().chain(events).min_by_key(|end| end.at)
    }
}
