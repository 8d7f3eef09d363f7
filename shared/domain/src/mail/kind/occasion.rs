//! The occasions of mails. An occasion is a kind of mail and the state that the mail is about: a time, a version or a
//! generation.
//!
//! Occasions are parts of messages on the queue `mail`, so their JSON never changes. Each enum contains the occasions of mails
//! to one group of recipients. One mail is sent for each recipient, kind and state.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MailKind;
use crate::{id::AnnouncementId, seats::waitlist::EntryId};

/// A mail about an account. The state in the mail's key is the time at which the account changed, or the time at which the
/// mailed code was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountMail {
    /// The mail of the kind [`MailKind::Welcome`].
    Welcome,
    /// The mail of the kind [`MailKind::PasswordReset`].
    PasswordReset,
    /// The mail of the kind [`MailKind::PasswordChanged`].
    PasswordChanged,
    /// The mail of the kind [`MailKind::EmailChange`].
    EmailChange,
    /// The mail of the kind [`MailKind::EmailChangeNotice`].
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

    /// Returns the kind of the mail.
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

/// A mail to a registrant about their registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum RegistrationMail {
    /// The mail of the kind [`MailKind::Ticket`].
    Ticket {
        /// The number of the seat, counted from 1, among all seats that the user has had at this event.
        generation: u32,
        /// The time at which somebody asked to mail the ticket again; `None` for the first mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again_at: Option<Timestamp>,
    },
    /// The mail of the kind [`MailKind::Waitlisted`].
    Waitlisted {
        /// The id of the place on the waitlist.
        entry_id: EntryId,
    },
    /// The mail of the kind [`MailKind::RegistrationCancelled`].
    Cancelled {
        /// The time at which the registration was cancelled.
        at: Timestamp,
        /// Whether the cancelled registration was a place on the waitlist, and not a seat.
        waitlist: bool,
    },
}

impl RegistrationMail {
    /// Returns the kind of the mail.
    #[must_use]
    pub fn kind(self) -> MailKind {
        match self {
            Self::Ticket { .. } => MailKind::Ticket,
            Self::Waitlisted { .. } => MailKind::Waitlisted,
            Self::Cancelled { .. } => MailKind::RegistrationCancelled,
        }
    }

    /// Returns the state that the mail is about, as text for the mail's key.
    #[must_use]
    pub fn state(self) -> String {
        match self {
            Self::Ticket {
                generation,
                again_at,
            } => again_at.map_or_else(
                || generation.to_string(),
                |at| format!("{generation}-{}", at.as_millisecond()),
            ),
            Self::Waitlisted { entry_id } => entry_id.to_string(),
            Self::Cancelled { at, .. } => at.as_millisecond().to_string(),
        }
    }
}

/// A mail about an event that got another organizer. It goes to the new organizer or to the former organizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum OrganizerMail {
    /// The mail of the kind [`MailKind::EventReceived`].
    Received {
        /// The version of the event from which on the recipient is the organizer.
        version: u64,
    },
    /// The mail of the kind [`MailKind::EventHandedOver`].
    HandedOver {
        /// The version of the event from which on its organizer is somebody else.
        version: u64,
    },
}

impl OrganizerMail {
    /// Returns the kind of the mail.
    #[must_use]
    pub fn kind(self) -> MailKind {
        match self {
            Self::Received { .. } => MailKind::EventReceived,
            Self::HandedOver { .. } => MailKind::EventHandedOver,
        }
    }

    /// Returns the state that the mail is about, as text for the mail's key.
    #[must_use]
    pub fn state(self) -> String {
        match self {
            Self::Received { version } | Self::HandedOver { version } => version.to_string(),
        }
    }
}

/// A mail about an event to the people who are registered for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum EventMail {
    /// The mail of the kind [`MailKind::EventUpdated`].
    Updated {
        /// The version of the event after the change.
        version: u64,
        /// The values that the event had before the change.
        previous: Previous,
    },
    /// The mail of the kind [`MailKind::EventCancelled`].
    Cancelled {
        /// The version of the event after the cancellation.
        version: u64,
    },
    /// The mail of the kind [`MailKind::Announcement`].
    Announcement {
        /// The id of the announcement.
        id: AnnouncementId,
    },
    /// A mail of the kind [`MailKind::ReminderDay`] or [`MailKind::ReminderHour`].
    Reminder {
        /// The time between the mail and the start of the event.
        lead: Lead,
        /// The time at which the event starts. If the event's start has changed before the reminder is due, the reminder is not
        /// sent.
        starts_at: Timestamp,
    },
}

impl EventMail {
    /// Returns the kind of the mail.
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

    /// Returns the state that the mail is about, as text for the mail's key.
    #[must_use]
    pub fn state(&self) -> String {
        match self {
            Self::Updated { version, .. } | Self::Cancelled { version } => version.to_string(),
            Self::Announcement { id } => id.to_string().trim_start_matches("ann_").to_owned(),
            Self::Reminder { starts_at, .. } => starts_at.as_millisecond().to_string(),
        }
    }
}

/// The values of an event before a change. A value that did not change is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Previous {
    /// The former title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The former venue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// The start and the end before the change, and the IANA time zone in which people read them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<(Timestamp, Timestamp, String)>,
}

/// The time between a reminder and the start of its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// The reminder is sent 24 hours before the start of the event.
    Day,
    /// The reminder is sent one hour before the start of the event.
    Hour,
}

impl Lead {
    /// All times between a reminder and the start of its event, the longest first.
    pub const ALL: [Self; 2] = [Self::Day, Self::Hour];

    /// Returns how many hours before the start of the event the reminder is sent.
    #[must_use]
    pub fn hours(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Hour => 1,
        }
    }

    /// Returns the name that this time has in messages on the queue `mail`.
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
