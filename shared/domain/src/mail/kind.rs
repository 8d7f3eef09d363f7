//! The kinds of mails, and who gets a mail of each kind.
//!
//! To add a kind of mail, begin here: CONTRIBUTING.md has the steps ("A new mail").

mod audience;
mod occasion;
mod rules;

pub use self::{
    audience::Audience,
    occasion::{AccountMail, EventMail, Lead, OrganizerMail, Previous, RegistrationMail},
};

/// A kind of mail.
///
/// Each kind has a folder with its texts in `shared/mail/src/mails/`. The two reminders share one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// The code that verifies the address of an account.
    Welcome,
    /// The code with which a user can set a new password.
    PasswordReset,
    /// The note that the password of an account was changed.
    PasswordChanged,
    /// A mail to the new address for which a user asked. It contains the code that confirms this address, or a note that the
    /// address already belongs to an account.
    EmailChange,
    /// The notice that an account's address is to change. The mail has a link with which the owner can object to the change.
    EmailChangeNotice,
    /// The ticket of a seat.
    Ticket,
    /// The confirmation of a place on the waitlist.
    Waitlisted,
    /// The note that a registrant's seat, or place on the waitlist, was given up or taken away.
    RegistrationCancelled,
    /// The note that the title, the venue or the time of an event has changed.
    EventUpdated,
    /// The note that an event was cancelled.
    EventCancelled,
    /// The announcement that an organizer made about an event.
    Announcement,
    /// The reminder that an event starts in 24 hours.
    ReminderDay,
    /// The reminder that an event starts in an hour.
    ReminderHour,
    /// The note that the recipient is now the organizer of an event.
    EventReceived,
    /// The note that the recipient is no longer the organizer of an event, because it was handed over to somebody else.
    EventHandedOver,
}

/// The error that a text is not the name of a kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of mail")]
pub struct UnknownMailKind;

impl MailKind {
    /// All kinds of mail.
    pub const ALL: [Self; 15] = [
        Self::Welcome,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::EmailChange,
        Self::EmailChangeNotice,
        Self::Ticket,
        Self::Waitlisted,
        Self::RegistrationCancelled,
        Self::EventUpdated,
        Self::EventCancelled,
        Self::Announcement,
        Self::ReminderDay,
        Self::ReminderHour,
        Self::EventReceived,
        Self::EventHandedOver,
    ];

    /// Returns the name of the kind in keys of mails, in logs and in metrics. The name has only letters, digits and `-`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::EmailChange => "email-change",
            Self::EmailChangeNotice => "email-change-notice",
            Self::Ticket => "ticket",
            Self::Waitlisted => "waitlisted",
            Self::RegistrationCancelled => "cancelled",
            Self::EventUpdated => "updated",
            Self::EventCancelled => "event-cancelled",
            Self::Announcement => "announcement",
            Self::ReminderDay => "reminder-day",
            Self::ReminderHour => "reminder-hour",
            Self::EventReceived => "event-received",
            Self::EventHandedOver => "event-handed-over",
        }
    }

    /// Returns the people who get a mail of this kind.
    #[must_use]
    pub fn audience(self) -> Audience {
        match self {
            Self::Welcome | Self::PasswordReset | Self::PasswordChanged => Audience::Account,
            Self::EmailChange => Audience::NewAddress,
            Self::EmailChangeNotice => Audience::FormerAddress,
            Self::Ticket | Self::Waitlisted | Self::RegistrationCancelled => Audience::Registrant,
            Self::EventUpdated | Self::EventCancelled | Self::Announcement => Audience::Everybody,
            Self::ReminderDay | Self::ReminderHour => Audience::Seats,
            Self::EventReceived => Audience::Organizer,
            Self::EventHandedOver => Audience::FormerOrganizer,
        }
    }

    /// Whether a registrant can stop mails of this kind about an event. Mails of the other kinds are always sent, because
    /// registrants need them.
    #[must_use]
    pub fn can_be_muted(self) -> bool {
        match self {
            Self::Announcement | Self::ReminderDay | Self::ReminderHour => true,
            Self::Welcome
            | Self::PasswordReset
            | Self::PasswordChanged
            | Self::EmailChange
            | Self::EmailChangeNotice
            | Self::Ticket
            | Self::Waitlisted
            | Self::RegistrationCancelled
            | Self::EventUpdated
            | Self::EventCancelled
            | Self::EventReceived
            | Self::EventHandedOver => false,
        }
    }
}

impl std::str::FromStr for MailKind {
    type Err = UnknownMailKind;

    fn from_str(text: &str) -> Result<Self, UnknownMailKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownMailKind)
    }
}

#[cfg(test)]
mod tests;
