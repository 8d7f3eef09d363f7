//! The kinds of dead letters. The body of a dead letter shows its kind.

use messages::{LiveDue, MailDue, SeatChanged};

/// The kind of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LetterKind {
    /// A mail about an account.
    AccountMail,
    /// A mail about a registration.
    RegistrationMail,
    /// A mail to an organizer.
    OrganizerMail,
    /// A mail to many people who registered for an event.
    EventMail,
    /// Feedback from the mail service about a mail.
    MailFeedback,
    /// A message that a seat was taken or given up, so that its ticket is issued or voided.
    SeatChanged,
    /// A live update for connected viewers.
    Live,
    /// A record of the table's stream.
    StreamRecord,
    /// The position of a batch in the stream. A reader that starts at this position gets the records of the batch.
    StreamBatch,
    /// A message that this version of the program cannot read.
    Unreadable,
}

impl LetterKind {
    /// All kinds of dead letters.
    pub(crate) const ALL: [Self; 10] = [
        Self::AccountMail,
        Self::RegistrationMail,
        Self::OrganizerMail,
        Self::EventMail,
        Self::MailFeedback,
        Self::SeatChanged,
        Self::Live,
        Self::StreamRecord,
        Self::StreamBatch,
        Self::Unreadable,
    ];

    /// Returns the name of the kind, as administrators see it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AccountMail => "account-mail",
            Self::RegistrationMail => "registration-mail",
            Self::OrganizerMail => "organizer-mail",
            Self::EventMail => "event-mail",
            Self::MailFeedback => "mail-feedback",
            Self::SeatChanged => "seat-changed",
            Self::Live => "live",
            Self::StreamRecord => "stream-record",
            Self::StreamBatch => "stream-batch",
            Self::Unreadable => "unreadable",
        }
    }

    /// Returns the kind of the dead letter with this `body`.
    pub(super) fn of(body: &str) -> Self {
        if let Ok(mail) = serde_json::from_str::<MailDue>(body) {
            return match mail {
                MailDue::Account { .. } => Self::AccountMail,
                MailDue::Registrant { .. } => Self::RegistrationMail,
                MailDue::Organizer { .. } => Self::OrganizerMail,
                MailDue::Registrants { .. } => Self::EventMail,
            };
        }
        if serde_json::from_str::<LiveDue>(body).is_ok() {
            return Self::Live;
        }
        if serde_json::from_str::<SeatChanged>(body).is_ok() {
            return Self::SeatChanged;
        }
        match serde_json::from_str::<serde_json::Value>(body) {
            Ok(value) if value.get("eventType").is_some() => Self::MailFeedback,
            Ok(value) if value.get("sequenceNumber").is_some() => Self::StreamRecord,
            Ok(value) if value.get("DDBStreamBatchInfo").is_some() => Self::StreamBatch,
            _ => Self::Unreadable,
        }
    }
}
