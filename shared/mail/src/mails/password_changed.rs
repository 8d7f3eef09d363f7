//! The password was changed.

use askama::Template;
use jiff::Timestamp;

use crate::{
    facts::AccountFacts,
    letter::{ADDRESS_OF_ACCOUNT, Enclosures, Head, Letter},
    words,
};

/// Sent when the password was changed, or set after a reset.
pub(crate) struct PasswordChanged {
    /// The time of the change.
    pub(crate) changed_at: Timestamp,
}

#[derive(Template)]
#[template(path = "password_changed/body.txt")]
struct Text<'a> {
    mail: &'a PasswordChanged,
}

#[derive(Template)]
#[template(path = "password_changed/body.html")]
struct Html<'a> {
    mail: &'a PasswordChanged,
}

impl PasswordChanged {
    pub(crate) fn of(facts: &AccountFacts<'_>) -> Self {
        Self {
            changed_at: facts.at,
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

    fn text(&self) -> askama::Result<String> {
        Text { mail: self }.render()
    }

    fn html(&self, _: &str) -> askama::Result<String> {
        Html { mail: self }.render()
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures::NONE
    }
}

#[cfg(test)]
pub(super) mod samples;
