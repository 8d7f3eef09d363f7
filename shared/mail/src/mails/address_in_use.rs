//! The mail that says that an address already belongs to an account.

use crate::{
    Pages,
    blocks::{html, text},
    facts::AccountFacts,
    letter::{ADDRESS_USED, Enclosures, Head, Letter, body},
};

/// A mail to an address that somebody wants for their account, if another account already has the address.
pub(crate) struct AddressInUse {
    /// The URL of the page for signing in; `None` without pages.
    pub(crate) sign_in_url: Option<String>,
}

body!(
    AddressInUse,
    "address_in_use/body.txt",
    "address_in_use/body.html"
);

impl AddressInUse {
    pub(crate) fn of(facts: &AccountFacts<'_>) -> Self {
        Self {
            sign_in_url: facts.pages.map(Pages::sign_in),
        }
    }
}

impl Letter for AddressInUse {
    fn head(&self) -> Head {
        Head {
            subject: "This address has an em-connect account already".to_owned(),
            heading: "This address has an account already",
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
