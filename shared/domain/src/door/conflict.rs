//! Conflicts: admissions that the event's staff should check.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::events::Event;

/// The reason why an admission is in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// The holder was admitted, and the ticket has ended.
    Ended,
    /// More than one scan let somebody in with the ticket.
    UsedTwice,
}

impl ConflictKind {
    /// All kinds of conflicts.
    pub const ALL: [Self; 2] = [Self::Ended, Self::UsedTwice];

    /// Returns the name of the kind as it is shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::UsedTwice => "used-twice",
        }
    }
}

/// The reason why a ticket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndCause {
    /// The holder or somebody else cancelled the registration. If the holder registers again, the new registration has a ticket
    /// of its own.
    RegistrationCancelled,
    /// The event was cancelled.
    EventCancelled,
}

/// When and why a ticket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The first moment at which the ended ticket was not valid any more.
    pub at: Timestamp,
    /// The reason why the ticket ended.
    pub cause: EndCause,
}

impl Ticket {
    /// Returns the reasons why the ticket's admission is in conflict, as far as the ticket itself shows them. The iterator is
    /// empty if the admission is not in conflict.
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

    /// Returns the reasons why the ticket's admission is in conflict. Unlike [`Ticket::conflicts`], this method also checks
    /// whether the event was cancelled.
    pub fn conflicts_at(&self, event: &Event) -> impl Iterator<Item = ConflictKind> {
        let ended = self.is_inside() && self.ending(event).is_some();
        let others = self.conflicts();
        ended
            .then_some(ConflictKind::Ended)
            .into_iter()
            .chain(others.filter(move |kind| *kind != ConflictKind::Ended))
    }

    /// Returns the time and the cause of the ticket's end, if they are known. If both the registration and the event were
    /// cancelled, returns the earlier end.
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
