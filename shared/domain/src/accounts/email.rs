//! E-mail addresses: how a typed address is parsed, which spellings are the same address, and how an address is shown.
//!
//! The *identity* of an address is its local part in lower case, and its domain as A-labels (UTS 46, non-transitional):
//! `x@BÜCHER.example` and `x@xn--bcher-kva.example` have one identity, `x@xn--bcher-kva.example`. A new address has an ASCII
//! identity, as mail services require. Users see the domain in Unicode.
//!
//! Until decision 17 (`docs/decisions/0017-addresses-and-passwords.md`) an address was stored as it was typed, in lower case.
//! Older accounts keep that spelling in the table, so a lookup tries every spelling that an account may have
//! ([`TypedEmail::spellings`]).

mod identity;
#[cfg(test)]
mod tests;
mod typed;

use std::{borrow::Cow, hash};

use crate::invalid::{Reason, Refusal};

use serde::{Deserialize, Serialize};

pub use typed::TypedEmail;

/// The reason why an e-mail address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// The text is not an e-mail address, or is longer than [`Email::MAX`].
    #[error("must be an e-mail address such as name@example.org, of at most {max} characters", max = Email::MAX)]
    NotAnAddress,
    /// The mail service cannot send to this address.
    #[error(
        "must have only ASCII characters before the @: our mail service cannot send to other ones"
    )]
    LocalPart,
}

impl Refusal for EmailError {
    fn reason(&self) -> Reason {
        match self {
            Self::NotAnAddress => Reason::NotAnEmail,
            Self::LocalPart => Reason::UndeliverableEmail,
        }
    }
}

/// The address of an account. Two addresses are equal if their identities are equal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Email(String);

impl Email {
    /// The maximum number of characters of an address. RFC 5321 (4.5.3.1.3) allows 256, with the two angle brackets.
    pub const MAX: usize = 254;

    /// Parses an address to which mail can be sent. Refuses display names, and addresses without a dotted domain.
    ///
    /// # Errors
    /// The text is not an address, is longer than [`Email::MAX`], or has a local part that is not ASCII.
    pub fn parse(raw: &str) -> Result<Self, EmailError> {
        TypedEmail::parse_new(raw).map(TypedEmail::into_email)
    }

    /// Returns the identity of the address. An old address may have a domain that has no A-labels. For such an address, returns
    /// the stored spelling.
    #[must_use]
    pub fn identity(&self) -> Cow<'_, str> {
        match identity::of(&self.0) {
            Some(identity) if identity != self.0 => Cow::Owned(identity),
            _ => Cow::Borrowed(&self.0),
        }
    }

    /// Returns the address as the table stores it: the identity, or, for an old account, the typed address in lower case.
    #[must_use]
    pub fn held_as(&self) -> &str {
        &self.0
    }

    /// Returns the address as users see it, with the domain in Unicode.
    #[must_use]
    pub fn shown(&self) -> String {
        identity::in_unicode(&self.identity())
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.identity() == other.identity()
    }
}

impl Eq for Email {}

impl hash::Hash for Email {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl std::str::FromStr for Email {
    type Err = EmailError;
    fn from_str(raw: &str) -> Result<Self, EmailError> {
        Self::parse(raw)
    }
}

/// Reads an address from the table. Only the form of the address is checked, because an account may have got the address before
/// the present rules for new addresses existed.
impl TryFrom<String> for Email {
    type Error = EmailError;
    fn try_from(held: String) -> Result<Self, EmailError> {
        if identity::is_address(&held) {
            Ok(Self(held))
        } else {
            Err(EmailError::NotAnAddress)
        }
    }
}
