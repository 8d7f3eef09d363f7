//! The mail with the code that resets a password.

use domain::accounts::mail_code::Purpose;

use crate::{
    blocks::{html, text},
    facts::{AccountFacts, Code},
    letter::{ADDRESS_USED, Enclosures, Head, Letter, body},
};

/// A mail to the address of an account whose password somebody has forgotten.
pub(crate) struct PasswordReset {
    /// The code with which the recipient sets a new password.
    pub(crate) code: Code,
}

body!(
    PasswordReset,
    "password_reset/body.txt",
    "password_reset/body.html"
);

impl PasswordReset {
    pub(crate) fn of(facts: &AccountFacts<'_>) -> Self {
        Self {
            code: facts.code(Purpose::PasswordReset),
        }
    }
}

impl Letter for PasswordReset {
    fn head(&self) -> Head {
        Head {
            subject: "Your code to reset your password".to_owned(),
            heading: "Reset your password",
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
