//! Codes that prove who reads the mail of an address: derived, so that none is ever stored or queued.
//!
//! What is stored is when a code was issued, and how often a wrong one was tried ([`PendingCode`]). Whoever has the
//! key, the mailer and the API, derives the code from that.

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

/// Wrong tries after which a code is dead. Five a minute find one of 2⁴⁰ codes in 200,000 years on average.
pub const MAX_WRONG_TRIES: u32 = 5;

/// How long an account waits for its next code, in seconds: nobody floods somebody's mailbox.
pub const REISSUE_AFTER_SECONDS: i64 = 60;

/// How long the code that verifies an address is valid, in seconds.
pub const VERIFICATION_LIFETIME_SECONDS: i64 = 24 * 3600;

/// How long the code that resets a password is valid, in seconds.
pub const RESET_LIFETIME_SECONDS: i64 = 3600;

/// How long the code that gives an account another address is valid, in seconds.
pub const EMAIL_CHANGE_LIFETIME_SECONDS: i64 = 3600;

const SYMBOLS: u32 = 8;
const BITS: u32 = SYMBOLS * 5;

/// What a code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// It verifies the account's address.
    Verification,
    /// It sets a new password.
    PasswordReset,
    /// It gives the account this address, and no other.
    EmailChange(&'a Email),
}

impl Purpose<'_> {
    /// How long a code is valid, in seconds.
    #[must_use]
    pub const fn lifetime_seconds(self) -> i64 {
        match self {
            Self::Verification => VERIFICATION_LIFETIME_SECONDS,
            Self::PasswordReset => RESET_LIFETIME_SECONDS,
            Self::EmailChange(_) => EMAIL_CHANGE_LIFETIME_SECONDS,
        }
    }

    /// Its byte in what is authenticated: a code of one purpose serves no other.
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
/// Equality takes the same time whatever the codes are. [`fmt::Debug`] does not show it.
#[derive(Clone, Copy)]
pub struct MailCode(u64);

/// The text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a code of 8 letters and digits, such as ABCD-EFGH")]
pub struct MailCodeError;

impl MailCode {
    /// The code that `user` was issued for `purpose` at `issued_at`, which counts in whole milliseconds.
    ///
    /// `keyring` is the one that signed then. The code is the first 40 bits of HMAC-SHA256 over the purpose (1 byte), the user
    /// (16), the milliseconds since 1970 (8, big endian), and of a change of address the identity of the new one.
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

    /// Reads what a person typed: in either case, hyphens and spaces anywhere or nowhere, `O` for `0`, `I` or `L`
    /// for `1`.
    fn from_str(text: &str) -> Result<Self, MailCodeError> {
        crockford::read(text, SYMBOLS)
            .map(Self)
            .ok_or(MailCodeError)
    }
}

/// A code that is under way to its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingCode {
    /// When it was issued, in whole milliseconds.
    pub issued_at: Timestamp,
    /// How often a wrong code was tried since.
    pub wrong_tries: u32,
}

/// Why a code was refused. Callers are told no more than that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// It is not the one that was issued: a try to be counted.
    #[error("the code is wrong")]
    Wrong,
    /// Nobody's any more: wrong ones were tried too often.
    #[error("wrong codes were tried too often")]
    Dead,
    /// It was issued too long ago, or under a secret that is not accepted any more.
    #[error("the code has expired")]
    Expired,
}

impl PendingCode {
    /// A code issued at `now`.
    #[must_use]
    pub fn issued(now: Timestamp) -> Self {
        Self {
            issued_at: now,
            wrong_tries: 0,
        }
    }

    /// Whether `typed` is the code that `user` was issued for `purpose`, and still good at `now`.
    ///
    /// # Errors
    /// It is not.
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
