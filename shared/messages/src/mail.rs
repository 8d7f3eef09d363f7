//! The messages on the queue `mail`.

use domain::{
    id::{EventId, UserId},
    mail::kind::{AccountMail, EventMail, OrganizerMail, RegistrationMail},
    seats::{bucket::BucketNo, waitlist::EntryId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A mail that must be sent. The message contains no addresses and no names. The consumer reads them from the table just before
/// it sends the mail.
///
/// A message contains the state that its mail reports (a time, a version, a generation). One mail is sent for each recipient,
/// kind and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MailDue {
    /// A mail to a user about their account.
    Account {
        /// The id of the user.
        user_id: UserId,
        /// The mail to send.
        about: AccountMail,
        /// The time of the change that the mail reports, or the time at which the code in the mail was issued.
        at: Timestamp,
        /// The id of the request that caused the mail, for logs.
        request_id: String,
    },
    /// A mail to a user about their registration for an event.
    Registrant {
        /// The id of the event.
        event_id: EventId,
        /// The id of the user.
        user_id: UserId,
        /// The mail to send.
        about: RegistrationMail,
        /// The id of the request that caused the mail, for logs.
        request_id: String,
    },
    /// A mail to the organizer, or to the former organizer, of an event.
    Organizer {
        /// The id of the event.
        event_id: EventId,
        /// The id of the organizer, or of the former organizer, to whom the mail goes.
        user_id: UserId,
        /// The mail to send.
        about: OrganizerMail,
        /// The id of the request that caused the mail, for logs.
        request_id: String,
    },
    /// A mail about an event to some or all of the people who are registered for it.
    #[serde(rename = "audience")]
    Registrants {
        /// The id of the event.
        event_id: EventId,
        /// The part of the event's registrants to whom the mail goes.
        #[serde(rename = "audience")]
        part: Part,
        /// The mail to send.
        about: EventMail,
        /// The id of the request that caused the mail, for logs.
        request_id: String,
    },
}

impl MailDue {
    /// Returns the id of the request that caused the mail, for logs.
    #[must_use]
    pub fn request_id(&self) -> &str {
        match self {
            Self::Account { request_id, .. }
            | Self::Registrant { request_id, .. }
            | Self::Organizer { request_id, .. }
            | Self::Registrants { request_id, .. } => request_id,
        }
    }
}

/// A part of an event's registrants, to whom a mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Part {
    /// All registrants. The consumer does not send mails for this part. It puts one message for each bucket of the guest list,
    /// and one for the waitlist, on the queue.
    Everybody,
    /// The guests of one bucket.
    Bucket {
        /// The number of the bucket.
        no: BucketNo,
        /// The last guest before this part, in the order of user ids. It is `None` if the part begins with the bucket's first
        /// guest.
        after: Option<UserId>,
    },
    /// The people on the waitlist.
    Waitlist {
        /// The last place before this part, in the order of the waitlist. It is `None` if the part begins with the first place.
        after: Option<EntryId>,
    },
    /// One registrant. If the mail to this registrant failed permanently while other mails of a larger part could be sent, a
    /// message with only this registrant goes to the dead-letter queue.
    One {
        /// The id of the user.
        user_id: UserId,
    },
}

#[cfg(test)]
mod tests;
