//! A code to give an account another address.

use askama::Template;
use domain::accounts::mail_code::Purpose;

use crate::{
    blocks::{html, text},
    facts::{AccountFacts, Code},
    letter::{ADDRESS_USED, Enclosures, Head, Letter},
};

/// Sent to an address that somebody wants for their account, if no account has it.
pub(crate) struct EmailChange {
    /// The code that gives the account the address.
    pub(crate) code: Code,
}

#[derive(Template)]
#[template(path = "email_change/body.txt")]
struct Text<'a> {
    mail: &'a EmailChange,
}

#[derive(Template)]
#[template(path = "email_change/body.html")]
struct Html<'a> {
    mail: &'a EmailChange,
}

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
