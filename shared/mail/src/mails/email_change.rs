//! The mail with the code that confirms a new address of an account.

use domain::accounts::mail_code::Purpose;

use crate::{
    blocks::{html, text},
    facts::{AccountFacts, Code},
    letter::{ADDRESS_USED, Enclosures, Head, Letter, body},
};

/// A mail to the address that somebody wants as the new address of their account. It is sent only if no other account has the
/// address.
pub(crate) struct EmailChange {
    /// The code that confirms the new address of the account.
    pub(crate) code: Code,
}

body!(
    EmailChange,
    "email_change/body.txt",
    "email_change/body.html"
);

impl EmailChange {
    pub(crate) fn of(facts: &AccountFacts<'_>) -> Self {
        Self {
            code: facts.code(Purpose::EmailChange(facts.address)),
        }
    }
}

impl Letter for EmailChange {
    fn head(&self) -> Head {
        Head {
            subject: "Your code to confirm your new address".to_owned(),
            heading: "Confirm your new address",
            reason: ADDRESS_USED,
            names_recipient: false,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures::NONE
    }
}

#[cfg(test)]
pub(super) mod samples;
