//! The messages of the queue `mail`.

use domain::{
    id::{EventId, UserId},
    mail::kind::{AccountMail, EventMail, OrganizerMail, RegistrationMail},
    seats::{bucket::BucketNo, waitlist::EntryId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Mail that is due, without addresses or names: the consumer reads them when it sends.
///
/// A message names the state that its mail reports (a time, a version, a generation). One mail is sent for each recipient, kind
/// and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MailDue {
    /// A mail to a user about the account.
    Account {
        /// The user.
        user_id: UserId,
        /// The mail.
        about: AccountMail,
        /// The time of the reported change, or of the issue of the code.
        at: Timestamp,
        /// The request that caused it, for logs.
        request_id: String,
    },
    /// A mail to a user about the registration for an event.
    Registrant {
        /// The event.
        event_id: EventId,
        /// The user.
        user_id: UserId,
        /// The mail.
        about: RegistrationMail,
        /// The request that caused it, for logs.
        request_id: String,
    },
    /// A mail to the organizer, or to the former organizer, of an event.
    Organizer {
        /// The event.
        event_id: EventId,
        /// The user.
        user_id: UserId,
        /// The mail.
        about: OrganizerMail,
        /// The request that caused it, for logs.
        request_id: String,
    },
    /// To some or all of the people who are registered for an event, about the event.
    #[serde(rename = "audience")]
    Registrants {
        /// The event.
        event_id: EventId,
        /// The part of the registrants to which this message goes.
        #[serde(rename = "audience")]
        part: Part,
        /// The mail.
        about: EventMail,
        /// The request that caused it, for logs.
        request_id: String,
    },
}

impl MailDue {
    /// Returns the request that caused the mail, for logs.
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

/// A part of the registrants of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Part {
    /// All registrants. The message is replaced by one message for each bucket of the guest list, and one for the waitlist.
    Everybody,
    /// The guests of a bucket.
    Bucket {
        /// The number of the bucket.
        no: BucketNo,
        /// The guest after whom this part begins, in the order of ids.
        after: Option<UserId>,
    },
    /// The people on the waitlist.
    Waitlist {
        /// The place after which this part begins.
        after: Option<EntryId>,
    },
    /// One registrant. A mail that failed permanently is in the dead-letter queue in this form.
    One {
        /// The user.
        user_id: UserId,
    },
}

#[cfg(test)]
mod tests;
