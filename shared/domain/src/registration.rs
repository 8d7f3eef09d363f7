//! Registrations: a user's place at an event.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{EventId, UserId};

/// Where a registration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationStatus {
    /// The user has a seat.
    Confirmed,
    /// The user gave the seat back, or it was taken back.
    Cancelled,
}

impl RegistrationStatus {
    /// The name as stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A registration.
///
/// The guest list decides who has a seat; this item is what the user reads of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// Event.
    pub event_id: EventId,
    /// User.
    pub user_id: UserId,
    /// Where it stands.
    pub status: RegistrationStatus,
    /// When the user last got a seat.
    pub registered_at: Timestamp,
    /// When the user last lost it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// Counts the times that the user got a seat at this event, from 1.
    pub generation: u32,
    /// Revision of the home bucket that this item reflects.
    pub rev: u64,
}

/// Why nobody can register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedReason {
    /// Registration opens later.
    NotOpenYet,
    /// Registration has closed.
    Closed,
    /// The event has started.
    Started,
    /// The event was cancelled.
    Cancelled,
    /// The event is over.
    Completed,
}

impl ClosedReason {
    /// A sentence for a person.
    #[must_use]
    pub fn detail(self) -> &'static str {
        match self {
            Self::NotOpenYet => "Registration for this event has not opened yet.",
            Self::Closed => "Registration for this event has closed.",
            Self::Started => "This event has started; nobody can register any more.",
            Self::Cancelled => "This event was cancelled.",
            Self::Completed => "This event is over.",
        }
    }
}
