//! Objections: links that cancel a change of an account's address. They are mailed to the old address. The reader need not sign
//! in to use them.
//!
//! A link belongs to the address to which it was mailed. It cancels or undoes any change from that address. So if several
//! notices were mailed, the link in each of them works.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};

use super::{FormerEmail, PendingEmail, RESTORABLE_FOR};
use crate::{
    accounts::{email::Email, mail_code::EMAIL_CHANGE_LIFETIME_SECONDS},
    id::UserId,
    keys::{cursor, keyring::Keyring},
    mail::unsubscribe::NotOurLink,
};

/// The purpose of the tokens in objection links. It distinguishes these tokens from cursors and from the tokens of other links,
/// which the same key authenticates.
const PURPOSE: &str = "email-change";

/// The time for which an objection link is valid, counted from the time at which the change was requested. It is the lifetime
/// of the code for the change, plus the time during which the former address can be restored.
const VALID_FOR: SignedDuration =
    SignedDuration::from_secs(RESTORABLE_FOR.as_secs() + EMAIL_CHANGE_LIFETIME_SECONDS);

/// The content of an objection link that this deployment made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// The account whose address was to change.
    pub user: UserId,
    /// The time at which the change was requested.
    asked_at: Timestamp,
    /// The number that represents the address to which the link was mailed; see [`fingerprint`].
    address: u64,
}

/// The effect of an objection on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect<'a> {
    /// The objection cancels this change.
    CallsOff(&'a PendingEmail),
    /// The objection restores this address of the account.
    Restores(&'a FormerEmail),
    /// The objection has no effect. Either the link has expired, or no change from the address is pending and no completed
    /// change from it can be undone.
    None,
}

impl Objection {
    /// Returns the token of the link that is mailed to `address` about the change that `user` requested at `asked_at`.
    #[must_use]
    pub fn seal(keyring: &Keyring, user: UserId, address: &Email, asked_at: Timestamp) -> String {
        let content = (user, asked_at.as_millisecond(), fingerprint(address));
        cursor::seal(keyring, PURPOSE, &content)
    }

    /// Reads the token of an objection link.
    ///
    /// # Errors
    /// The token was not made with one of `keyrings`.
    pub fn open(keyrings: &[Arc<Keyring>], token: &str) -> Result<Self, NotOurLink> {
        let (user, milliseconds, address) =
            cursor::open(keyrings, PURPOSE, token).map_err(|_| NotOurLink)?;
        let asked_at = Timestamp::from_millisecond(milliseconds).map_err(|_| NotOurLink)?;
        Ok(Self {
            user,
            asked_at,
            address,
        })
    }

    /// Returns the effect at `now` of this objection on an account that has the address `current`.
    #[must_use]
    pub fn effect<'a>(
        &self,
        current: &Email,
        pending: Option<&'a PendingEmail>,
        former: Option<&'a FormerEmail>,
        now: Timestamp,
    ) -> Effect<'a> {
        let speaks_for = |address: &Email| fingerprint(address) == self.address;
        if now.duration_since(self.asked_at) >= VALID_FOR {
            return Effect::None;
        }
        match (pending, former) {
            (Some(pending), _) if speaks_for(current) => Effect::CallsOff(pending),
            (_, Some(former)) if speaks_for(&former.email) && former.is_restorable(now) => {
                Effect::Restores(former)
            }
            _ => Effect::None,
        }
    }
}

/// Returns a number that represents an address in a link. The link does not contain the address itself, because people may
/// forward links.
fn fingerprint(address: &Email) -> u64 {
    let digest = digest(&SHA256, address.identity().as_bytes());
    let first = digest.as_ref().iter().take(8);
    first.fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::keyring::tests::keyring, mail::unsubscribe};

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn at(hours: i64) -> Timestamp {
        "2027-05-01T18:00:00.123Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
    }

    fn link(address: &Email) -> Objection {
        let keyrings = [Arc::new(keyring("0123456789abcdef0123456789abcdef"))];
        let user = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let token = Objection::seal(&keyrings[0], user, address, at(0));
        let link = Objection::open(&keyrings, &token).unwrap();
        assert_eq!((link.user, link.asked_at), (user, at(0)));
        assert!(!token.contains("example"));
        link
    }

    #[test]
    fn no_other_text_passes_for_a_link() {
        let keyrings = [Arc::new(keyring("0123456789abcdef0123456789abcdef"))];
        let user = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let event = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
        let token = Objection::seal(&keyrings[0], user, &email("a@example.org"), at(0));
        let other = unsubscribe::seal(&keyrings[0], user, event);
        let cursor = cursor::seal(&keyrings[0], "users", &(user, 0, 0));
        for wrong in ["", "x", &other, &cursor, &token[1..]] {
            assert_eq!(Objection::open(&keyrings, wrong), Err(NotOurLink));
        }
    }

    #[test]
    fn a_link_calls_off_every_change_from_its_address_and_restores_it_afterwards() {
        let [a, b, c] = ["a@example.org", "b@example.org", "c@example.org"].map(email);
        let objection = link(&a);
        let first = PendingEmail::asked(b.clone(), at(0));
        let second = PendingEmail::asked(c.clone(), at(1));
        for pending in [&first, &second] {
            let effect = objection.effect(&a, Some(pending), None, at(1));
            assert_eq!(effect, Effect::CallsOff(pending));
        }
        assert_eq!(objection.effect(&a, None, None, at(1)), Effect::None);

        let former = FormerEmail::after(None, &a, true, &second, at(1));
        // The person who now controls the account may request another change. That change does not prevent the restoration.
        for (pending, now, is_restored) in [
            (None, 1, true),
            (Some(&second), 72, true),
            (None, 73, false),
        ] {
            let effect = objection.effect(&c, pending, Some(&former), at(now));
            let restores = Effect::Restores(&former);
            assert_eq!(
                effect,
                if is_restored { restores } else { Effect::None },
                "{now}"
            );
        }
    }

    /// A stranger who owns a mistyped address cannot object after the user has corrected the address.
    #[test]
    fn an_address_that_was_never_verified_has_no_say_after_the_change() {
        let [mistyped, mine, next] = ["a@exmaple.org", "a@example.org", "b@example.org"].map(email);
        let objection = link(&mistyped);
        let change = PendingEmail::asked(mine.clone(), at(0));
        let former = FormerEmail::after(None, &mistyped, false, &change, at(0));
        assert_eq!(
            objection.effect(&mine, None, Some(&former), at(1)),
            Effect::None
        );
        let change = PendingEmail::asked(next, at(1));
        let effect = objection.effect(&mine, Some(&change), Some(&former), at(1));
        assert_eq!(effect, Effect::None);
    }

    #[test]
    fn a_link_ends() {
        let a = email("a@example.org");
        let pending = PendingEmail::asked(email("b@example.org"), at(72));
        let effect = |now| link(&a).effect(&a, Some(&pending), None, at(now));
        assert_eq!(effect(72), Effect::CallsOff(&pending));
        assert_eq!(effect(73), Effect::None);
    }
}
