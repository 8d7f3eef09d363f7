//! The messages on the queue `mail`.

use domain::{
    id::{EventId, UserId},
    mail::kind::{AccountMail, EventMail, OrganizerMail, RegistrationMail},
    seats::{bucket::BucketNo, waitlist::EntryId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A mail that is due. The message contains no addresses and no names, because the consumer reads them just before it sends the
/// mail.
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
        /// The time of the reported change, or the time at which the mail's code was issued.
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
        /// The id of the user.
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

/// A part of the registrants of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Part {
    /// All registrants. The consumer replaces a message with this part by one message for each bucket of the guest list, and
    /// one for the waitlist.
    Everybody,
    /// The guests of one bucket.
    Bucket {
        /// The number of the bucket.
        no: BucketNo,
        /// The guest after whom the part begins, in the order of user ids; `None` if the part begins with the first guest.
        after: Option<UserId>,
    },
    /// The people on the waitlist.
    Waitlist {
        /// The place after which the part begins; `None` if the part begins with the first place.
        after: Option<EntryId>,
    },
    /// One registrant. If one mail of a larger part failed permanently, a message with this part is put on the dead-letter
    /// queue.
    One {
        /// The id of the user.
        user_id: UserId,
    },
}

#[cfg(test)]
mod tests;
