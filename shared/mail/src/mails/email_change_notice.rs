//! The notice that an account's address is to change.

use domain::accounts::email_change::RESTORABLE_FOR;
use jiff::Timestamp;

use crate::{
    Pages,
    blocks::{html, text},
    error::ComposeError,
    facts::AccountFacts,
    letter::{ADDRESS_OF_ACCOUNT, Enclosures, Head, Letter, body},
    link, words,
};

/// A mail to the old address of an account whose address is to change, or has already changed.
pub(crate) struct EmailChangeNotice {
    /// The time at which somebody requested the change.
    pub(crate) asked_at: Timestamp,
    /// The URL of the web page on which the recipient can object to the change.
    pub(crate) objection_url: String,
    /// The number of hours after the change during which the recipient can still object; `None` if the recipient cannot object
    /// after the change.
    pub(crate) restorable_hours: Option<u32>,
    /// The URL of the page on which the recipient requests a reset of the password; `None` without pages.
    pub(crate) forgotten_url: Option<String>,
}

body!(
    EmailChangeNotice,
    "email_change_notice/body.txt",
    "email_change_notice/body.html"
);

impl EmailChangeNotice {
    pub(crate) fn of(facts: &AccountFacts<'_>) -> Self {
        let hours = u32::try_from(RESTORABLE_FOR.as_hours()).unwrap_or(u32::MAX);
        Self {
            asked_at: facts.at,
            objection_url: facts.objection_url(),
            restorable_hours: facts.is_restorable.then_some(hours),
            forgotten_url: facts.pages.map(Pages::forgotten_password),
        }
    }
}

impl Letter for EmailChangeNotice {
    fn head(&self) -> Head {
        Head {
            subject: "Your account is to get another address".to_owned(),
            heading: "Your account is to get another address",
            reason: ADDRESS_OF_ACCOUNT,
            names_recipient: false,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures::NONE
    }

    fn check(&self) -> Result<(), ComposeError> {
        link::web(&self.objection_url).map(|_| ())
    }
}

#[cfg(test)]
pub(super) mod samples;
