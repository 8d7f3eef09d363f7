//! Registrations: a user's place at an event.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    guest_list::waitlist::EntryId,
    id::{EventId, UserId},
};

/// Where a registration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationStatus {
    /// The user has a seat.
    Confirmed,
    /// The user waits for one.
    Waitlisted,
    /// The user gave the seat, or the place on the waitlist, up, or it was taken back.
    Cancelled,
}

impl RegistrationStatus {
    /// The name as stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Waitlisted => "waitlisted",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A registration.
///
/// The guest list decides who has a seat; this item is what the user reads of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// Event.
    pub event_id: EventId,
    /// User.
    pub user_id: UserId,
    /// Where it stands.
    pub status: RegistrationStatus,
    /// When the user last got a seat, or a place on the waitlist.
    pub registered_at: Timestamp,
    /// When the user last lost it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// Who cancelled it; `None` unless it is cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_by: Option<UserId>,
    /// The seat came by promotion from the waitlist.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub promoted: bool,
    /// The user wants no announcements and reminders of this event by mail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
    /// The holder had come in when the account was erased: the seat counts among those who came, and nobody else gets it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
    /// Counts the times that the user got a seat at this event.
    pub generation: u32,
    /// The place on the waitlist. With another status than [`RegistrationStatus::Waitlisted`] it is to be deleted:
    /// the user got a free seat without being promoted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<EntryId>,
    /// Revision of the home bucket that this item reflects.
    pub rev: u64,
}

impl Registration {
    /// The place at which the user does not wait any more, but which may still be there.
    #[must_use]
    pub fn obsolete_entry(&self) -> Option<EntryId> {
        self.entry_id
            .filter(|_| self.status != RegistrationStatus::Waitlisted)
    }
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
