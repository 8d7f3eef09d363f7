//! The mail that says that an address already belongs to an account.

use askama::Template;

use crate::letter::{ADDRESS_USED, Body, Enclosures, Head, Letter};

/// A mail to an address that somebody wants for their account, if another account already has the address.
pub(crate) struct AddressInUse;

#[derive(Template)]
#[template(path = "address_in_use/body.txt")]
struct Text;

#[derive(Template)]
#[template(path = "address_in_use/body.html")]
struct Html;

impl Body for AddressInUse {
    fn text(&self) -> askama::Result<String> {
        Text.render()
    }

    fn html(&self, _: &str) -> askama::Result<String> {
        Html.render()
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
