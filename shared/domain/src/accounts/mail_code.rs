//! Codes that are mailed to an address. A user who enters the code proves that they read the mail of that address. Codes are
//! derived from a key, so no code is ever stored or queued.
//!
//! Only the time at which a code was issued and the number of wrong tries are stored ([`PendingCode`]). The mailer and the API
//! have the key, so each derives the code from the stored time.

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

/// The number of wrong tries after which even the right code is refused. An attacker who tries five codes a minute needs
/// 200,000 years on average to find one of 2⁴⁰ codes.
pub const MAX_WRONG_TRIES: u32 = 5;

/// The minimum time between two codes that are mailed for one account, in seconds. It prevents anybody from flooding a mailbox.
pub const REISSUE_AFTER_SECONDS: i64 = 60;

/// The time for which the code that verifies an address is valid, in seconds.
pub const VERIFICATION_LIFETIME_SECONDS: i64 = 24 * 3600;

/// The time for which the code that resets a password is valid, in seconds.
pub const RESET_LIFETIME_SECONDS: i64 = 3600;

/// The time for which the code that changes the address of an account is valid, in seconds.
pub const EMAIL_CHANGE_LIFETIME_SECONDS: i64 = 3600;

const SYMBOLS: u32 = 8;
const BITS: u32 = SYMBOLS * 5;

/// The purpose for which a code is mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// The code verifies the account's address.
    Verification,
    /// The code allows the user who enters it to set a new password.
    PasswordReset,
    /// The code changes the account's address to this address only.
    EmailChange(&'a Email),
}

impl Purpose<'_> {
    /// Returns the time for which a code of this purpose is valid, in seconds.
    #[must_use]
    pub const fn lifetime_seconds(self) -> i64 {
        match self {
            Self::Verification => VERIFICATION_LIFETIME_SECONDS,
            Self::PasswordReset => RESET_LIFETIME_SECONDS,
            Self::EmailChange(_) => EMAIL_CHANGE_LIFETIME_SECONDS,
        }
    }

    /// Returns the byte that represents the purpose in the text from which a code is derived. Because of this byte, a code of
    /// one purpose is not valid for another purpose.
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
/// A comparison takes the same time for all codes, so its duration reveals nothing. [`fmt::Debug`] does not show the code.
#[derive(Clone, Copy)]
pub struct MailCode(u64);

/// The error that a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a code of 8 letters and digits, such as ABCD-EFGH")]
pub struct MailCodeError;

impl MailCode {
    /// Returns the code that was issued to `user` for `purpose` at `issued_at`. Fractions of a millisecond in `issued_at` make
    /// no difference to the code.
    ///
    /// `keyring` is the keyring that signed at `issued_at`. The code is the first 40 bits of HMAC-SHA256 over the purpose (1
    /// byte), the user (16), the milliseconds since 1970 (8, big endian), and, for a change of address, the identity of the new
    /// address.
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

    /// Parses a code as a person typed it. Upper and lower case are the same, hyphens and spaces may stand anywhere, `O` is
    /// read as `0`, and `I` or `L` as `1`.
    fn from_str(text: &str) -> Result<Self, MailCodeError> {
        crockford::read(text, SYMBOLS)
            .map(Self)
            .ok_or(MailCodeError)
    }
}

/// A code that was issued and has not been used yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingCode {
    /// The time at which the code was issued, in whole milliseconds.
    pub issued_at: Timestamp,
    /// The number of wrong codes that were tried since the code was issued.
    pub wrong_tries: u32,
}

/// The reason why a code was refused. API responses do not contain this reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// The typed code is not the code that was issued. The caller must count it as a wrong try.
    #[error("the code is wrong")]
    Wrong,
    /// Wrong codes were tried too often, so the right code is refused too.
    #[error("wrong codes were tried too often")]
    Dead,
    /// The code was issued too long ago, or was derived from one of the deployment's secrets that is not accepted any more.
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

    /// Checks that `typed` is the code that was issued to `user` for `purpose`, and that the code is still valid at `now`.
    ///
    /// # Errors
    /// The code is wrong, has expired, or was preceded by too many wrong codes.
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

    /// Whether the account may get another code at `now`.
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
