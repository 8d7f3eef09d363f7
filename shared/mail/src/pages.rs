//! The addresses of the pages to which mails link.

use std::fmt;

use domain::{accounts::email::Email, id::EventId};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::link;

/// The maximum length of the pages' origin, in octets. So every link is short enough.
const MAX_ORIGIN_OCTETS: usize = 200;

/// The origin at which people reach the pages, such as `https://tickets.example.org`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages(String);

/// The text is not the address of a website.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotPages;

impl fmt::Display for NotPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be an http or https address of at most 200 characters, without query and fragment")
    }
}

impl std::error::Error for NotPages {}

impl std::str::FromStr for Pages {
    type Err = NotPages;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let origin = text.trim_end_matches('/');
        let is_web = link::web(origin).is_ok() && !origin.contains(['?', '#']);
        if is_web && origin.len() <= MAX_ORIGIN_OCTETS {
            Ok(Self(origin.to_owned()))
        } else {
            Err(NotPages)
        }
    }
}

impl Pages {
    /// Returns the URL of an event's public page.
    #[must_use]
    pub fn event(&self, event: EventId) -> String {
        self.at(&format!("/events/{event}"))
    }

    /// Returns the URL of the page on which an organizer manages an event.
    #[must_use]
    pub fn board(&self, event: EventId) -> String {
        self.at(&format!("/app/organize/{event}"))
    }

    /// Returns the URL of the page with the reader's tickets and places on waitlists.
    #[must_use]
    pub fn tickets(&self) -> String {
        self.at("/app/tickets")
    }

    /// Returns the URL of the page on which a person requests a code that resets the password.
    pub(crate) fn forgotten_password(&self) -> String {
        self.at("/app/forgot")
    }

    /// Returns the URL of the page on which a person signs in.
    pub(crate) fn sign_in(&self) -> String {
        self.at("/app/sign-in")
    }

    /// Returns the URL of the page that verifies an address with `code`.
    pub(crate) fn verification(&self, code: &str) -> String {
        self.with_code("/app/verify", code)
    }

    /// Returns the URL of the page that confirms a new address with `code`.
    pub(crate) fn new_address(&self, code: &str) -> String {
        self.with_code("/app/confirm-address", code)
    }

    /// Returns the URL of the page that sets a new password for the account of `address` with `code`. Filters of mail take a
    /// link with the recipient's address after `email=` for fraud (`GB_CUSTOM_HTM_URI` of `SpamAssassin`).
    pub(crate) fn password_reset(&self, code: &str, address: &Email) -> String {
        let address = encoded(&address.identity());
        format!("{}&account={address}", self.with_code("/app/reset", code))
    }

    /// Returns the URL of a page with a code in the fragment. Browsers do not send the fragment, so no log and no other
    /// website sees the code.
    fn with_code(&self, path: &str, code: &str) -> String {
        self.at(&format!("{path}#code={}", encoded(code)))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// The characters that end a value in a fragment, or that another program could change. A hyphen stays as it is, because readers
/// compare codes.
const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, SPECIAL).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Pages {
        "https://tickets.example.org/".parse().unwrap()
    }

    #[test]
    fn the_origin_of_pages_is_a_web_address() {
        assert_eq!(pages().tickets(), "https://tickets.example.org/app/tickets");
        let long = format!("https://{}.example", "a".repeat(200));
        for wrong in [
            "",
            "tickets.example.org",
            "javascript:alert(1)",
            "https://a.example/?q",
            "https://a.example/#x",
            "https://a b",
            &long,
        ] {
            assert_eq!(wrong.parse::<Pages>(), Err(NotPages), "{wrong}");
        }
    }

    #[test]
    fn codes_and_addresses_are_in_the_fragment() {
        let address = Email::parse("ada+x&code=1@example.org").unwrap();
        let url = pages().password_reset("04HM-ASW9", &address);
        assert_eq!(
            url,
            "https://tickets.example.org/app/reset#code=04HM-ASW9&account=ada%2Bx%26code%3D1%40example.org"
        );
        assert!(link::web(&url).is_ok());
    }

    #[test]
    fn the_longest_link_can_be_sent() {
        let local = format!("{}a", "!".repeat(63));
        let domain = ["a".repeat(61), "b".repeat(61), "c".repeat(61)].join(".");
        let address = Email::parse(&format!("{local}@{domain}")).unwrap();
        let origin = format!("https://{}.example", "a".repeat(184));
        let pages: Pages = origin.parse().unwrap();
        let url = pages.password_reset("04HM-ASW9", &address);
        assert!(link::web(&url).is_ok(), "{}", url.len());
    }
}
