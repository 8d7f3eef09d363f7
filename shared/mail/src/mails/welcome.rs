//! The mail that welcomes a new user.

use domain::accounts::mail_code::Purpose;

use crate::{
    blocks::{html, text},
    facts::{AccountFacts, Code},
    letter::{ADDRESS_USED, Enclosures, Head, Letter, body},
};

/// A mail to a user who has signed up, or has requested another code that verifies the address.
pub(crate) struct Welcome {
    /// The code that verifies the address.
    pub(crate) code: Code,
}

body!(Welcome, "welcome/body.txt", "welcome/body.html");

impl Welcome {
    pub(crate) fn of(facts: &AccountFacts<'_>) -> Self {
        Self {
            code: facts.code(Purpose::Verification),
        }
    }
}

impl Letter for Welcome {
    fn head(&self) -> Head {
        Head {
            subject: "Your verification code for em-connect".to_owned(),
            heading: "Welcome to em-connect",
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
