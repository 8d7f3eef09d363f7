//! Tickets that sign a client in on a WebSocket. Each ticket is valid once.
//!
//! A ticket is 32 random bytes in base64url. The table stores only the SHA-256 of that text, so nobody can sign in with the
//! content of the table.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

/// The time for which a ticket is valid.
pub const LIFETIME: Duration = Duration::from_secs(30);

/// A ticket in the form that its holder sends.
#[derive(Clone, PartialEq, Eq)]
pub struct LiveTicket(String);

impl LiveTicket {
    /// Makes a ticket from random bytes, which nobody must be able to guess.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(random))
    }

    /// Wraps the text that a client sent as its ticket. The text may be invalid.
    #[must_use]
    pub fn shown(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the text of the ticket, for the client.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the hash of the ticket, which is stored instead of the ticket.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_does_not_tell_the_ticket() {
        let ticket = LiveTicket::new([7; 32]);
        assert_eq!(ticket.as_str().len(), 43);
        assert_eq!(
            LiveTicket::shown(ticket.as_str()).fingerprint(),
            ticket.fingerprint()
        );
        assert_ne!(ticket.fingerprint(), ticket.as_str());
        assert_ne!(ticket.fingerprint(), LiveTicket::new([8; 32]).fingerprint());
    }
}
