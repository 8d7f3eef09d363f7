//! Codes that prove that somebody reads the mail of an address. They are derived, so no code is ever stored or queued.
//!
//! Only the time at which a code was issued, and the number of wrong tries, are stored ([`PendingCode`]). The mailer and the
//! API, which have the key, derive the code from that.

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::{
    accounts::email::Email,
    id::UserId,
    keys::{keyring::Keyring, keyrings::Keyrings},
    text::crockford,
};

/// The number of wrong tries after which a code is refused. Five a minute find one of 2⁴⁰ codes in 200,000 years on average.
pub const MAX_WRONG_TRIES: u32 = 5;

/// The time for which an account waits for its next code, in seconds, so that nobody can flood a mailbox.
pub const REISSUE_AFTER_SECONDS: i64 = 60;

/// The time for which the code that verifies an address is valid, in seconds.
pub const VERIFICATION_LIFETIME_SECONDS: i64 = 24 * 3600;

/// The time for which the code that resets a password is valid, in seconds.
pub const RESET_LIFETIME_SECONDS: i64 = 3600;

/// The time for which the code that changes the address of an account is valid, in seconds.
pub const EMAIL_CHANGE_LIFETIME_SECONDS: i64 = 3600;

const SYMBOLS: u32 = 8;
const BITS: u32 = SYMBOLS * 5;

/// The purpose of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// The code verifies the account's address.
    Verification,
    /// The code allows its user to set a new password.
    PasswordReset,
    /// The code gives the account this address, and no other.
    EmailChange(&'a Email),
}

impl Purpose<'_> {
    /// Returns the time for which a code is valid, in seconds.
    #[must_use]
    pub const fn lifetime_seconds(self) -> i64 {
        match self {
            Self::Verification => VERIFICATION_LIFETIME_SECONDS,
            Self::PasswordReset => RESET_LIFETIME_SECONDS,
            Self::EmailChange(_) => EMAIL_CHANGE_LIFETIME_SECONDS,
        }
    }

    /// Returns the byte of the purpose in the authenticated text, so that a code of one purpose serves no other.
    const fn tag(self) -> u8 {
        match self {
            Self::Verification => 1,
            Self::PasswordReset => 2,
            Self::EmailChange(_) => 3,
        }
    }
}

/// A code: 40 bits, shown as 8 symbols of Crockford's base32 in groups of four, `ABCD-EFGH`.
///
/// A comparison takes the same time for all codes. [`fmt::Debug`] does not show the code.
#[derive(Clone, Copy)]
pub struct MailCode(u64);

/// The error that a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a code of 8 letters and digits, such as ABCD-EFGH")]
pub struct MailCodeError;

impl MailCode {
    /// Returns the code that `user` was issued for `purpose` at `issued_at`, which counts in whole milliseconds.
    ///
    /// `keyring` is the one that signed then. The code is the first 40 bits of HMAC-SHA256 over the purpose (1 byte), the user
    /// (16), the milliseconds since 1970 (8, big endian), and, for a change of address, the identity of the new one.
    #[must_use]
    pub fn derive(
        keyring: &Keyring,
        purpose: Purpose<'_>,
        user: UserId,
        issued_at: Timestamp,
    ) -> Self {
        let mut context = hmac::Context::with_key(&keyring.mail_code);
        context.update(&[purpose.tag()]);
        context.update(user.uuid().as_bytes());
        context.update(&issued_at.as_millisecond().to_be_bytes());
        if let Purpose::EmailChange(to) = purpose {
            context.update(to.identity().as_bytes());
        }
        let first = context.sign().as_ref()[..8]
            .iter()
            .fold(0, |bits, byte| bits << 8 | u64::from(*byte));
        Self(first >> (u64::BITS - BITS))
    }
}

impl PartialEq for MailCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for MailCode {}

impl fmt::Display for MailCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crockford::write(self.0, SYMBOLS))
    }
}

impl fmt::Debug for MailCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailCode").finish_non_exhaustive()
    }
}

impl FromStr for MailCode {
    type Err = MailCodeError;

    /// Reads a code as a person typed it: in either case, with or without hyphens and spaces anywhere, `O` for `0`, `I` or `L`
    /// for `1`.
    fn from_str(text: &str) -> Result<Self, MailCodeError> {
        crockford::read(text, SYMBOLS)
            .map(Self)
            .ok_or(MailCodeError)
    }
}

/// A code that was issued and not used yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingCode {
    /// The time at which it was issued, in whole milliseconds.
    pub issued_at: Timestamp,
    /// The number of wrong codes that were tried since.
    pub wrong_tries: u32,
}

/// The reason why a code was refused. Callers do not see the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// The code is not the one that was issued: a try to be counted.
    #[error("the code is wrong")]
    Wrong,
    /// Wrong codes were tried too often, so the right one is refused too.
    #[error("wrong codes were tried too often")]
    Dead,
    /// The code was issued too long ago, or under a secret that is not accepted any more.
    #[error("the code has expired")]
    Expired,
}

impl PendingCode {
    /// Returns a code that is issued at `now`.
    #[must_use]
    pub fn issued(now: Timestamp) -> Self {
        Self {
            issued_at: now,
            wrong_tries: 0,
        }
    }

    /// Checks that `typed` is the code that `user` was issued for `purpose`, and still good at `now`.
    ///
    /// # Errors
    /// The code is another one, or not good any more.
    pub fn check(
        &self,
        keyrings: &Keyrings,
        purpose: Purpose<'_>,
        user: UserId,
        typed: MailCode,
        now: Timestamp,
    ) -> Result<(), CodeRefused> {
        if self.wrong_tries >= MAX_WRONG_TRIES {
            return Err(CodeRefused::Dead);
        }
        if self.age(now) >= SignedDuration::from_secs(purpose.lifetime_seconds()) {
            return Err(CodeRefused::Expired);
        }
        let keyring = keyrings
            .signed_at(self.issued_at, now)
            .ok_or(CodeRefused::Expired)?;
        if MailCode::derive(keyring, purpose, user, self.issued_at) == typed {
            Ok(())
        } else {
            Err(CodeRefused::Wrong)
        }
    }

    /// Whether the account may be issued the next code at `now`.
    #[must_use]
    pub fn may_be_replaced(&self, now: Timestamp) -> bool {
        self.age(now) >= SignedDuration::from_secs(REISSUE_AFTER_SECONDS)
    }

    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.issued_at)
    }
}

#[cfg(test)]
mod tests;
