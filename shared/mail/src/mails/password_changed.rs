//! The mail about a changed password.

use jiff::Timestamp;

use crate::{
    Pages,
    blocks::{html, text},
    facts::AccountFacts,
    letter::{ADDRESS_OF_ACCOUNT, Enclosures, Head, Letter, body},
    words,
};

/// A mail to the owner of an account whose password was changed, or was set after a reset.
pub(crate) struct PasswordChanged {
    /// The time of the change.
    pub(crate) changed_at: Timestamp,
    /// The URL of the page on which the recipient requests a reset; `None` without pages.
    pub(crate) forgotten_url: Option<String>,
}

body!(
    PasswordChanged,
    "password_changed/body.txt",
    "password_changed/body.html"
);

impl PasswordChanged {
    pub(crate) fn of(facts: &AccountFacts<'_>) -> Self {
        Self {
            changed_at: facts.at,
            forgotten_url: facts.pages.map(Pages::forgotten_password),
        }
    }
}

impl Letter for PasswordChanged {
    fn head(&self) -> Head {
        Head {
            subject: "Your password was changed".to_owned(),
            heading: "Your password was changed",
            reason: ADDRESS_OF_ACCOUNT,
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures::NONE
    }
}

#[cfg(test)]
pub(super) mod samples;
