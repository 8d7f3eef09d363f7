//! The occasions of mails: a kind, with the state that the mail is about (a time, a version, a generation).
//!
//! They are messages of the queue `mail`, so their JSON never changes. They are grouped by the addressees of a message. For
//! each recipient, kind and state, one mail is sent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MailKind;
use crate::{id::AnnouncementId, seats::waitlist::EntryId};

/// A mail about an account. Its state is the time of the change, or the time at which a code was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountMail {
    /// See [`MailKind::Welcome`].
    Welcome,
    /// See [`MailKind::PasswordReset`].
    PasswordReset,
    /// See [`MailKind::PasswordChanged`].
    PasswordChanged,
    /// See [`MailKind::EmailChange`].
    EmailChange,
    /// See [`MailKind::EmailChangeNotice`].
    EmailChangeNotice,
}

impl AccountMail {
    /// All mails about accounts.
    pub const ALL: [Self; 5] = [
        Self::Welcome,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::EmailChange,
        Self::EmailChangeNotice,
    ];

    /// Returns the kind.
    #[must_use]
    pub fn kind(self) -> MailKind {
        match self {
            Self::Welcome => MailKind::Welcome,
            Self::PasswordReset => MailKind::PasswordReset,
            Self::PasswordChanged => MailKind::PasswordChanged,
            Self::EmailChange => MailKind::EmailChange,
            Self::EmailChangeNotice => MailKind::EmailChangeNotice,
        }
    }
}

/// A mail about a registration, to the registrant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum RegistrationMail {
    /// See [`MailKind::Ticket`].
    Ticket {
        /// The number of the seat among those that the user had at this event.
        generation: u32,
    },
    /// See [`MailKind::Waitlisted`].
    Waitlisted {
        /// The place.
        entry_id: EntryId,
    },
    /// See [`MailKind::RegistrationCancelled`].
    Cancelled {
        /// The time at which the registration was cancelled.
        at: Timestamp,
        /// Whether the registration was a place on the waitlist.
        waitlist: bool,
    },
}

impl RegistrationMail {
    /// Returns the kind.
    #[must_use]
    pub fn kind(self) -> MailKind {
        match self {
            Self::Ticket { .. } => MailKind::Ticket,
            Self::Waitlisted { .. } => MailKind::Waitlisted,
            Self::Cancelled { .. } => MailKind::RegistrationCancelled,
        }
    }

    /// Returns the state as the key of the mail names it.
    #[must_use]
    pub fn state(self) -> String {
        match self {
            Self::Ticket { generation } => generation.to_string(),
            Self::Waitlisted { entry_id } => entry_id.to_string(),
            Self::Cancelled { at, .. } => at.as_millisecond().to_string(),
        }
    }
}

/// A mail about a change of an event's organizer, to the new or the former organizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum OrganizerMail {
    /// See [`MailKind::EventReceived`].
    Received {
        /// The version of the event that has this organizer.
        version: u64,
    },
    /// See [`MailKind::EventHandedOver`].
    HandedOver {
        /// The version of the event that has another organizer.
        version: u64,
    },
}

impl OrganizerMail {
    /// Returns the kind.
    #[must_use]
    pub fn kind(self) -> MailKind {
        match self {
            Self::Received { .. } => MailKind::EventReceived,
            Self::HandedOver { .. } => MailKind::EventHandedOver,
        }
    }

    /// Returns the state as the key of the mail names it.
    #[must_use]
    pub fn state(self) -> String {
        match self {
            Self::Received { version } | Self::HandedOver { version } => version.to_string(),
        }
    }
}

/// A mail about an event, to the people who are registered for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum EventMail {
    /// See [`MailKind::EventUpdated`].
    Updated {
        /// The version of the event with the change.
        version: u64,
        /// The former values.
        previous: Previous,
    },
    /// See [`MailKind::EventCancelled`].
    Cancelled {
        /// The version of the event that is cancelled.
        version: u64,
    },
    /// See [`MailKind::Announcement`].
    Announcement {
        /// The announcement.
        id: AnnouncementId,
    },
    /// See [`MailKind::ReminderDay`] and [`MailKind::ReminderHour`].
    Reminder {
        /// The time between the mail and the start.
        lead: Lead,
        /// The time at which the event starts. If the start was moved since, nothing is sent.
        starts_at: Timestamp,
    },
}

impl EventMail {
    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> MailKind {
        match self {
            Self::Updated { .. } => MailKind::EventUpdated,
            Self::Cancelled { .. } => MailKind::EventCancelled,
            Self::Announcement { .. } => MailKind::Announcement,
            Self::Reminder { lead, .. } => match lead {
                Lead::Day => MailKind::ReminderDay,
                Lead::Hour => MailKind::ReminderHour,
            },
        }
    }

    /// Returns the state as the key of the mail names it.
    #[must_use]
    pub fn state(&self) -> String {
        match self {
            Self::Updated { version, .. } | Self::Cancelled { version } => version.to_string(),
            Self::Announcement { id } => id.to_string().trim_start_matches("ann_").to_owned(),
            Self::Reminder { starts_at, .. } => starts_at.as_millisecond().to_string(),
        }
    }
}

/// The former values of an event. A value that has not changed is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Previous {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The venue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// The start, the end, and the IANA zone in which people read them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<(Timestamp, Timestamp, String)>,
}

/// The time between a reminder and the start of its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// 24 hours.
    Day,
    /// 1 hour.
    Hour,
}

impl Lead {
    /// All leads, the longest first.
    pub const ALL: [Self; 2] = [Self::Day, Self::Hour];

    /// Returns the hours.
    #[must_use]
    pub fn hours(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Hour => 1,
        }
    }

    /// Returns the name as in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }
}

#[cfg(test)]
mod tests;
