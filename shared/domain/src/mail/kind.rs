//! The kinds of mails, and who gets them.
//!
//! To add a mail, begin here: CONTRIBUTING.md has the steps ("A new mail").

mod audience;
mod occasion;
mod rules;

pub use self::{
    audience::Audience,
    occasion::{AccountMail, EventMail, Lead, OrganizerMail, Previous, RegistrationMail},
};

/// A kind of mail.
///
/// Each has a folder with its words, `shared/mail/src/mails/`. The two reminders share theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// The code that verifies the address of an account.
    Welcome,
    /// A code that allows to set another password.
    PasswordReset,
    /// The password was changed.
    PasswordChanged,
    /// The code that gives an account another address, or the note that the address has an account already.
    EmailChange,
    /// An account is to get another address. The mail shows how to object.
    EmailChangeNotice,
    /// The ticket of a seat.
    Ticket,
    /// A place on the waitlist.
    Waitlisted,
    /// A seat or a place on the waitlist was given up, or taken back.
    RegistrationCancelled,
    /// Title, venue or time of an event have changed.
    EventUpdated,
    /// An event will not take place.
    EventCancelled,
    /// An announcement of the organizer.
    Announcement,
    /// An event starts in 24 hours.
    ReminderDay,
    /// An event starts in an hour.
    ReminderHour,
    /// An event was handed over to the recipient.
    EventReceived,
    /// An event was handed over by the recipient to somebody else.
    EventHandedOver,
}

/// The error that a text names no kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of mail")]
pub struct UnknownMailKind;

impl MailKind {
    /// All kinds.
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

    /// Returns the name in keys of mails, logs and metrics: letters, digits and `-`.
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

    /// Returns the people who get it.
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

    /// Whether a registrant can end such mails about an event. The other mails are necessary.
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
