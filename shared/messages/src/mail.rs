//! Mail that is due: on the queue `mail`.

use domain::{
    id::{AnnouncementId, EventId, UserId},
    seats::{bucket::BucketNo, waitlist::EntryId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What mail is due, without addresses or names: the consumer reads them when it sends.
///
/// Each says of which state of things it tells (a time, a version, a generation); a mail is sent once for each
/// recipient, kind and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum MailDue {
    /// To a user, about the account.
    Account {
        /// Whom.
        user_id: UserId,
        /// What about.
        about: AccountMail,
        /// When it happened; of a code, when it was issued.
        at: Timestamp,
        /// The request that it follows from, for logs.
        request_id: String,
    },
    /// To a user, about the registration for an event.
    Registrant {
        /// Which event.
        event_id: EventId,
        /// Whom.
        user_id: UserId,
        /// What about.
        about: RegistrationMail,
        /// The request that it follows from, for logs.
        request_id: String,
    },
    /// To a user who organizes an event, or did.
    Organizer {
        /// Which event.
        event_id: EventId,
        /// Whom.
        user_id: UserId,
        /// What about.
        about: OrganizerMail,
        /// The request that it follows from, for logs.
        request_id: String,
    },
    /// To some or all who are registered for an event, about the event.
    Audience {
        /// Which event.
        event_id: EventId,
        /// Whom.
        audience: Audience,
        /// What about.
        about: EventMail,
        /// The request that it follows from, for logs.
        request_id: String,
    },
}

impl MailDue {
    /// The request that it follows from, for logs.
    #[must_use]
    pub fn request_id(&self) -> &str {
        match self {
            Self::Account { request_id, .. }
            | Self::Registrant { request_id, .. }
            | Self::Organizer { request_id, .. }
            | Self::Audience { request_id, .. } => request_id,
        }
    }
}

/// A mail about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountMail {
    /// Welcome, with the code that verifies the address.
    Welcome,
    /// A code that allows to set another password.
    PasswordReset,
    /// The password was changed.
    PasswordChanged,
    /// To the address that the account is to get: the code that confirms it, or that another account has it.
    EmailChange,
    /// To the address that the account has: that it is to get another one, and how to object.
    EmailChangeNotice,
}

/// A mail about a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum RegistrationMail {
    /// The ticket is issued.
    Ticket {
        /// Which seat of the user's at this event.
        generation: u32,
    },
    /// The seat or the place on the waitlist was given up or taken back.
    Cancelled {
        /// When.
        at: Timestamp,
        /// It was a place on the waitlist.
        waitlist: bool,
    },
    /// The user waits.
    Waitlisted {
        /// The place.
        entry_id: EntryId,
    },
}

/// A mail about who organizes an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum OrganizerMail {
    /// The event was handed over to the user.
    Received {
        /// The version of the event that says so.
        version: u64,
    },
    /// The event was handed over by the user to somebody else.
    HandedOver {
        /// The version of the event that says so.
        version: u64,
    },
}

/// Which of those who are registered for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Audience {
    /// All: becomes a message for each bucket of the guest list, and one for the waitlist.
    Everybody,
    /// The guests of a bucket.
    Bucket {
        /// Which.
        no: BucketNo,
        /// Those after this one, in the order of ids.
        after: Option<UserId>,
    },
    /// Those who wait.
    Waitlist {
        /// Those after this place.
        after: Option<EntryId>,
    },
    /// One of them: whose mail could not be sent for good lies so among the dead letters.
    One {
        /// Whom.
        user_id: UserId,
    },
}

/// A mail about an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum EventMail {
    /// Title, venue or time have changed.
    Updated {
        /// The version of the event that changed them.
        version: u64,
        /// What they were.
        previous: Previous,
    },
    /// It will not take place.
    Cancelled {
        /// The version of the event that says so.
        version: u64,
    },
    /// The organizer has something to say.
    Announcement {
        /// Which announcement.
        id: AnnouncementId,
    },
    /// It starts soon.
    Reminder {
        /// How soon.
        lead: Lead,
        /// When it starts; if it was moved since, nothing is sent.
        starts_at: Timestamp,
    },
}

/// What an event was before; what has not changed is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Previous {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it was to take place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub venue: Option<String>,
    /// When it was to start and to end, and the IANA zone in which people read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<(Timestamp, Timestamp, String)>,
}

/// How long before the start a reminder is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lead {
    /// 24 hours.
    Day,
    /// 1 hour.
    Hour,
}

impl Lead {
    /// All, the longest first.
    pub const ALL: [Self; 2] = [Self::Day, Self::Hour];

    /// The hours.
    #[must_use]
    pub fn hours(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Hour => 1,
        }
    }

    /// The name as in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden: messages outlive deployments, and reminders lie with the scheduler for months.
    #[test]
    fn mail_is_due_as_ever() {
        let user_id: UserId = "usr_01h455vb4pex5vsknk084sn02r".parse().unwrap();
        let event_id: EventId = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let at: Timestamp = "2027-05-01T18:00:00Z".parse().unwrap();
        let entry_id: EntryId = "00000000000000000000000000000007".parse().unwrap();
        let request_id = || "r1".to_owned();
        let audience = |audience, about| MailDue::Audience {
            event_id,
            audience,
            about,
            request_id: request_id(),
        };
        let registrant = |about| MailDue::Registrant {
            event_id,
            user_id,
            about,
            request_id: request_id(),
        };
        for (message, golden) in [
            (
                MailDue::Account {
                    user_id,
                    about: AccountMail::PasswordReset,
                    at,
                    request_id: request_id(),
                },
                r#"{"to":"account","userId":"usr_01h455vb4pex5vsknk084sn02r","about":"password-reset","at":"2027-05-01T18:00:00Z","requestId":"r1"}"#,
            ),
            (
                MailDue::Account {
                    user_id,
                    about: AccountMail::EmailChangeNotice,
                    at,
                    request_id: request_id(),
                },
                r#"{"to":"account","userId":"usr_01h455vb4pex5vsknk084sn02r","about":"email-change-notice","at":"2027-05-01T18:00:00Z","requestId":"r1"}"#,
            ),
            (
                registrant(RegistrationMail::Ticket { generation: 2 }),
                r#"{"to":"registrant","eventId":"evt_01h455vb4pex5vsknk084sn02q","userId":"usr_01h455vb4pex5vsknk084sn02r","about":{"kind":"ticket","generation":2},"requestId":"r1"}"#,
            ),
            (
                registrant(RegistrationMail::Waitlisted { entry_id }),
                r#"{"to":"registrant","eventId":"evt_01h455vb4pex5vsknk084sn02q","userId":"usr_01h455vb4pex5vsknk084sn02r","about":{"kind":"waitlisted","entryId":"00000000000000000000000000000007"},"requestId":"r1"}"#,
            ),
            (
                MailDue::Organizer {
                    event_id,
                    user_id,
                    about: OrganizerMail::Received { version: 3 },
                    request_id: request_id(),
                },
                r#"{"to":"organizer","eventId":"evt_01h455vb4pex5vsknk084sn02q","userId":"usr_01h455vb4pex5vsknk084sn02r","about":{"kind":"received","version":3},"requestId":"r1"}"#,
            ),
            (
                MailDue::Organizer {
                    event_id,
                    user_id,
                    about: OrganizerMail::HandedOver { version: 3 },
                    request_id: request_id(),
                },
                r#"{"to":"organizer","eventId":"evt_01h455vb4pex5vsknk084sn02q","userId":"usr_01h455vb4pex5vsknk084sn02r","about":{"kind":"handed-over","version":3},"requestId":"r1"}"#,
            ),
            (
                audience(Audience::Everybody, EventMail::Cancelled { version: 3 }),
                r#"{"to":"audience","eventId":"evt_01h455vb4pex5vsknk084sn02q","audience":"everybody","about":{"kind":"cancelled","version":3},"requestId":"r1"}"#,
            ),
            (
                audience(
                    Audience::Bucket { no: 4, after: None },
                    EventMail::Reminder {
                        lead: Lead::Day,
                        starts_at: at,
                    },
                ),
                r#"{"to":"audience","eventId":"evt_01h455vb4pex5vsknk084sn02q","audience":{"bucket":{"no":4,"after":null}},"about":{"kind":"reminder","lead":"day","startsAt":"2027-05-01T18:00:00Z"},"requestId":"r1"}"#,
            ),
            (
                audience(
                    Audience::Waitlist {
                        after: Some(entry_id),
                    },
                    EventMail::Updated {
                        version: 5,
                        previous: Previous {
                            venue: Some("Town hall".into()),
                            ..Previous::default()
                        },
                    },
                ),
                r#"{"to":"audience","eventId":"evt_01h455vb4pex5vsknk084sn02q","audience":{"waitlist":{"after":"00000000000000000000000000000007"}},"about":{"kind":"updated","version":5,"previous":{"venue":"Town hall"}},"requestId":"r1"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&message).unwrap(), golden);
            assert_eq!(serde_json::from_str::<MailDue>(golden).unwrap(), message);
        }
    }
}
