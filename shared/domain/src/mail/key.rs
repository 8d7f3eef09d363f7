//! What a mail is known by: the same mail has the same key, however often it is asked for.

use std::fmt::Display;

use crate::id::{EventId, UserId};

/// Kind, recipient, event and state of things that a mail tells of, such as `ticket_01h4…_01h4…_1`.
///
/// Letters, digits, `-` and `_` only, so that it serves as the value of a tag of SES (`MessageTag`, SES API v2) and in a
/// `Message-ID`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MailKey(String);

/// The kinds of mails that there are.
pub const KINDS: [&str; 15] = [
    "welcome",
    "password-reset",
    "password-changed",
    "email-change",
    "email-change-notice",
    "ticket",
    "waitlisted",
    "cancelled",
    "updated",
    "event-cancelled",
    "announcement",
    "reminder-day",
    "reminder-hour",
    "event-received",
    "event-handed-over",
];

/// It is no key of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a mail")]
pub struct NotAMailKey;

impl MailKey {
    /// The mail of this kind to `user` about the state `state` of the account.
    #[must_use]
    pub fn account(kind: &str, user: UserId, state: impl Display) -> Self {
        Self(format!("{kind}_{}_0_{state}", suffix(&user)))
    }

    /// The mail of this kind to `user` about the state `state` of `event`, or of the registration for it.
    #[must_use]
    pub fn event(kind: &str, user: UserId, event: EventId, state: impl Display) -> Self {
        Self(format!(
            "{kind}_{}_{}_{state}",
            suffix(&user),
            suffix(&event)
        ))
    }

    /// The mail that brings the ticket of the user's seat number `generation` at `event`.
    #[must_use]
    pub fn ticket(user: UserId, event: EventId, generation: u32) -> Self {
        Self::event("ticket", user, event, generation)
    }

    /// Reads a key.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, NotAMailKey> {
        let key = Self(text.to_owned());
        let plain = |part: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            !part.is_empty() && part.bytes().all(fits)
        };
        let parts: Vec<&str> = text.split('_').collect();
        if parts.len() == 4 && parts.into_iter().all(plain) && key.user().is_some() {
            Ok(key)
        } else {
            Err(NotAMailKey)
        }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The kind of the mail.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.split('_').next().unwrap_or_default()
    }

    /// The kind, if it is one that there is, else `other`: where it counts, nobody can make up kinds.
    #[must_use]
    pub fn known_kind(&self) -> &'static str {
        let known = KINDS.into_iter().find(|kind| *kind == self.kind());
        known.unwrap_or("other")
    }

    /// The event that it is about; `None` if it is about an account.
    #[must_use]
    pub fn event_id(&self) -> Option<EventId> {
        format!("evt_{}", self.0.split('_').nth(2)?).parse().ok()
    }

    /// The recipient.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        format!("usr_{}", self.0.split('_').nth(1)?).parse().ok()
    }
}

/// The characters after the prefix of an id.
fn suffix(id: &impl ToString) -> String {
    let text = id.to_string();
    text.split_once('_')
        .map_or_else(|| text.clone(), |(_, suffix)| suffix.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden: keys stand in the table, and in mails that come back.
    #[test]
    fn keys_are_what_they_were_and_are_read_back() {
        let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let event: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
        for (key, about, golden) in [
            (
                MailKey::ticket(user, event, 2),
                Some(event),
                "ticket_01h455vb4pex5vsknk084sn02q_01h455vb4pex5vsknk084sn02r_2",
            ),
            (
                MailKey::account("password-reset", user, 1_800_000_000_000_i64),
                None,
                "password-reset_01h455vb4pex5vsknk084sn02q_0_1800000000000",
            ),
        ] {
            assert_eq!(key.as_str(), golden);
            assert_eq!(key.user(), Some(user));
            assert_eq!(key.event_id(), about);
            assert_eq!(MailKey::parse(golden), Ok(key));
        }
        assert_eq!(MailKey::ticket(user, event, 2).known_kind(), "ticket");
        assert_eq!(MailKey::account("made-up", user, 1).known_kind(), "other");
        for wrong in [
            "",
            "a",
            "ticket_x_0_1",
            "ticket_01h455vb4pex5vsknk084sn02q_0",
            "ticket_01h455vb4pex5vsknk084sn02q_0_1_2",
            "ti cket_01h455vb4pex5vsknk084sn02q_0_1",
        ] {
            assert_eq!(MailKey::parse(wrong), Err(NotAMailKey), "{wrong}");
        }
    }
}
