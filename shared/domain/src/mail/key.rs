//! Keys of mails. If several messages request the same mail, all of them give it the same key. So the mail is sent once.

use std::fmt::Display;

use jiff::Timestamp;

use crate::{
    door::Ticket,
    id::{EventId, UserId},
    mail::kind::{MailKind, RegistrationMail},
};

/// The key of a mail: its kind, its recipient, its event, and the state that the mail is about, such as `ticket_01h4…_01h4…_1`.
///
/// A key has only letters, digits, `-` and `_`, so it can be the value of a tag of SES (`MessageTag`, SES API v2) and a part of
/// a `Message-ID`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MailKey(String);

/// The error that a text is not the key of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a mail")]
pub struct NotAMailKey;

impl MailKey {
    /// Returns the key of a mail to `user` about their account. `state` is what the mail is about, such as the time of the
    /// change of the account.
    #[must_use]
    pub fn account(kind: MailKind, user: UserId, state: impl Display) -> Self {
        let kind = kind.as_str();
        Self(format!("{kind}_{}_0_{state}", suffix(&user)))
    }

    /// Returns the key of a mail to `user` about `event`. `state` is the state of the event, or of the user's registration for
    /// it, that the mail is about.
    #[must_use]
    pub fn event(kind: MailKind, user: UserId, event: EventId, state: impl Display) -> Self {
        let kind = kind.as_str();
        Self(format!(
            "{kind}_{}_{}_{state}",
            suffix(&user),
            suffix(&event)
        ))
    }

    /// Returns the key of the last mail that contains the ticket of the user's seat number `generation` at `event`. `again_at` is
    /// the time at which somebody last asked to mail the ticket again.
    #[must_use]
    pub fn ticket(
        user: UserId,
        event: EventId,
        generation: u32,
        again_at: Option<Timestamp>,
    ) -> Self {
        let about = RegistrationMail::Ticket {
            generation,
            again_at,
        };
        Self::event(about.kind(), user, event, about.state())
    }

    /// Returns the key of the last mail with this ticket.
    #[must_use]
    pub fn last_of(ticket: &Ticket) -> Self {
        let Ticket {
            user_id,
            event_id,
            generation,
            mail_again_at,
            ..
        } = *ticket;
        Self::ticket(user_id, event_id, generation, mail_again_at)
    }

    /// Parses a key. The key may contain a kind that this version does not have.
    ///
    /// # Errors
    /// The text is not the key of a mail.
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

    /// Returns the key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the kind of the mail; `None` if this version has no such kind.
    #[must_use]
    pub fn kind(&self) -> Option<MailKind> {
        self.0.split('_').next()?.parse().ok()
    }

    /// Returns the name of the kind, or `other` if this version has no such kind. Because of `other`, metrics have a limited
    /// number of names.
    #[must_use]
    pub fn known_kind(&self) -> &'static str {
        self.kind().map_or("other", MailKind::as_str)
    }

    /// Returns the event of the mail; `None` if the mail is about an account.
    #[must_use]
    pub fn event_id(&self) -> Option<EventId> {
        format!("evt_{}", self.0.split('_').nth(2)?).parse().ok()
    }

    /// Returns the recipient of the mail.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        format!("usr_{}", self.0.split('_').nth(1)?).parse().ok()
    }
}

/// Returns the characters of an id after its prefix and the `_`.
fn suffix(id: &impl ToString) -> String {
    let text = id.to_string();
    text.split_once('_')
        .map_or_else(|| text.clone(), |(_, suffix)| suffix.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden test: the table's items, and SES's reports on sent mails, contain keys in this form.
    #[test]
    fn keys_are_what_they_were_and_are_read_back() {
        let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let event: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
        for (key, about, golden) in [
            (
                MailKey::ticket(user, event, 2, None),
                Some(event),
                "ticket_01h455vb4pex5vsknk084sn02q_01h455vb4pex5vsknk084sn02r_2",
            ),
            (
                MailKey::ticket(user, event, 2, Some(Timestamp::UNIX_EPOCH)),
                Some(event),
                "ticket_01h455vb4pex5vsknk084sn02q_01h455vb4pex5vsknk084sn02r_2-0",
            ),
            (
                MailKey::account(MailKind::PasswordReset, user, 1_800_000_000_000_i64),
                None,
                "password-reset_01h455vb4pex5vsknk084sn02q_0_1800000000000",
            ),
        ] {
            assert_eq!(key.as_str(), golden);
            assert_eq!(key.user(), Some(user));
            assert_eq!(key.event_id(), about);
            assert_eq!(MailKey::parse(golden), Ok(key));
        }
        let ticket = MailKey::ticket(user, event, 2, None);
        assert_eq!(ticket.kind(), Some(MailKind::Ticket));
        assert_eq!(ticket.known_kind(), "ticket");
        let made_up = MailKey::parse("made-up_01h455vb4pex5vsknk084sn02q_0_1").unwrap();
        assert_eq!((made_up.kind(), made_up.user()), (None, Some(user)));
        assert_eq!(made_up.known_kind(), "other");
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
