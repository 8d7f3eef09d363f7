//! Changes of an account's e-mail address.
//!
//! To request a change, a user must enter the password of the account. The address changes only when the user enters the code
//! that was mailed to the new address. A notice to the old address has a link ([`objection`]), which cancels the change. For
//! [`RESTORABLE_FOR`] after the change, the link restores the old address, if that address was verified. This protects the
//! owner of the account from a thief who knows the password and acts faster than the owner.

pub mod objection;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    accounts::{
        email::Email,
        mail_code::{CodeRefused, MailCode, PendingCode, Purpose},
    },
    id::UserId,
    keys::keyrings::Keyrings,
};

/// The time after a change of an account's address during which the former address can be restored.
pub const RESTORABLE_FOR: SignedDuration = SignedDuration::from_hours(72);

/// A new address that an account does not have yet. The address changes when the user enters the code that was mailed to the
/// new address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingEmail {
    /// The new address.
    pub to: Email,
    /// The time at which the code was issued, in whole milliseconds. This time identifies the change.
    pub issued_at: Timestamp,
    /// The number of wrong codes that were tried since the code was issued.
    pub wrong_tries: u32,
}

/// The address that an account had before a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormerEmail {
    /// The former address.
    pub email: Email,
    /// Whether the owner of the account had verified the former address. An address that was not verified may have been
    /// mistyped, and may belong to somebody else.
    pub verified: bool,
    /// The time at which the code of the change was issued; see [`PendingEmail::issued_at`].
    pub issued_at: Timestamp,
    /// The time at which a new address replaced the former address.
    pub changed_at: Timestamp,
}

impl PendingEmail {
    /// Returns a change to the address `to`, requested at `now`.
    #[must_use]
    pub fn asked(to: Email, now: Timestamp) -> Self {
        Self {
            to,
            issued_at: now,
            wrong_tries: 0,
        }
    }

    /// Returns the code that was mailed to the new address.
    #[must_use]
    pub fn code(&self) -> PendingCode {
        PendingCode {
            issued_at: self.issued_at,
            wrong_tries: self.wrong_tries,
        }
    }

    /// Checks that `typed` is the code that was mailed to the new address, and that the code is still valid at `now`.
    ///
    /// # Errors
    /// The code is wrong, has expired, or was preceded by too many wrong codes.
    pub fn check(
        &self,
        keyrings: &Keyrings,
        user: UserId,
        typed: MailCode,
        now: Timestamp,
    ) -> Result<(), CodeRefused> {
        let purpose = Purpose::EmailChange(&self.to);
        self.code().check(keyrings, purpose, user, typed, now)
    }

    /// Whether the account may be issued a code for the address `to` at `now`. The minimum wait between two codes applies only
    /// to the same address. So a user who mistyped the new address can correct it without waiting.
    #[must_use]
    pub fn may_be_replaced(&self, to: &Email, now: Timestamp) -> bool {
        self.to != *to || self.code().may_be_replaced(now)
    }
}

impl FormerEmail {
    /// Returns the former address to store when `change` replaces the address `email` of an account at `now`. `kept` is the
    /// former address that the account has stored so far. As long as `kept` can be restored, it stays, so a thief cannot
    /// displace it with a second change.
    #[must_use]
    pub fn after(
        kept: Option<&Self>,
        email: &Email,
        verified: bool,
        change: &PendingEmail,
        now: Timestamp,
    ) -> Self {
        match kept {
            Some(kept) if kept.is_restorable(now) => kept.clone(),
            _ => Self {
                email: email.clone(),
                verified,
                issued_at: change.issued_at,
                changed_at: now,
            },
        }
    }

    /// Whether the former address can be restored at `now`.
    #[must_use]
    pub fn is_restorable(&self, now: Timestamp) -> bool {
        self.verified && now.duration_since(self.changed_at) < RESTORABLE_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUED_AT: &str = "2027-05-01T18:00:00.123Z";

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        ISSUED_AT.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
    }

    fn keyrings() -> Keyrings {
        Keyrings::read(&"0123456789abcdef0123456789abcdef".to_owned().into()).unwrap()
    }

    #[test]
    fn the_code_is_that_of_the_address_it_went_to() {
        let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let change = PendingEmail::asked(email("x@bücher.example"), at(0));
        let elsewhere = PendingEmail::asked(email("y@bücher.example"), at(0));
        let code = |change: &PendingEmail| {
            let keyrings = keyrings();
            let purpose = Purpose::EmailChange(&change.to);
            MailCode::derive(
                keyrings.signing(change.issued_at),
                purpose,
                user,
                change.issued_at,
            )
        };
        let check = |typed, now| change.check(&keyrings(), user, typed, now);
        assert_eq!(check(code(&change), at(3_599)), Ok(()));
        assert_eq!(check(code(&change), at(3_600)), Err(CodeRefused::Expired));
        assert_eq!(check(code(&elsewhere), at(1)), Err(CodeRefused::Wrong));
    }

    #[test]
    fn the_same_address_waits_for_its_next_code_and_a_corrected_one_does_not() {
        let change = PendingEmail::asked(email("ada@exmaple.org"), at(0));
        assert!(!change.may_be_replaced(&email("Ada@exmaple.org"), at(59)));
        assert!(change.may_be_replaced(&email("ada@exmaple.org"), at(60)));
        assert!(change.may_be_replaced(&email("ada@example.org"), at(0)));
    }

    #[test]
    fn a_verified_address_can_be_restored_for_72_hours_whatever_follows() {
        let [first, second, third] = ["a@example.org", "b@example.org", "c@example.org"].map(email);
        let change = |to: &Email, seconds| PendingEmail::asked(to.clone(), at(seconds));
        let kept = FormerEmail::after(None, &first, true, &change(&second, 0), at(10));
        assert_eq!((&kept.email, kept.issued_at), (&first, at(0)));
        let end = 10 + 72 * 3_600;
        for (now, restorable) in [(0, true), (10, true), (end - 1, true), (end, false)] {
            assert_eq!(kept.is_restorable(at(now)), restorable, "{now}");
        }
        let again =
            |now| FormerEmail::after(Some(&kept), &second, true, &change(&third, 20), at(now));
        assert_eq!(again(30), kept);
        assert_eq!(again(end).email, second);
        // A former address that was not verified cannot be restored, so the next change of the address replaces it.
        let unverified = FormerEmail::after(None, &first, false, &change(&second, 0), at(10));
        assert!(!unverified.is_restorable(at(10)));
        let next = FormerEmail::after(
            Some(&unverified),
            &second,
            true,
            &change(&third, 20),
            at(30),
        );
        assert_eq!(next.email, second);
    }

    /// Golden test: in the table, the item of an account contains the two addresses in these formats.
    #[test]
    fn a_change_is_stored_as_ever() {
        let pending = r#"{"to":"x@xn--bcher-kva.example","issuedAt":"2027-05-01T18:00:00.123Z","wrongTries":0}"#;
        let change = PendingEmail::asked(email("x@bücher.example"), at(0));
        assert_eq!(serde_json::to_string(&change).unwrap(), pending);
        assert_eq!(
            serde_json::from_str::<PendingEmail>(pending).unwrap(),
            change
        );
        let former = r#"{"email":"a@example.org","verified":true,"issuedAt":"2027-05-01T18:00:00.123Z","changedAt":"2027-05-01T18:00:05.123Z"}"#;
        let kept = FormerEmail::after(None, &email("a@example.org"), true, &change, at(5));
        assert_eq!(serde_json::to_string(&kept).unwrap(), former);
        assert_eq!(serde_json::from_str::<FormerEmail>(former).unwrap(), kept);
    }
}
