//! Codes that give their bearer a right: to sign in a WebSocket, for example.
//!
//! A code is 32 random bytes in base64url. The table stores only the SHA-256 of that text, so nobody can use the content of the
//! table as a code.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

/// A code in the form that its bearer sends.
#[derive(Clone, PartialEq, Eq)]
pub struct BearerCode(String);

impl BearerCode {
    /// Makes a code from random bytes, which nobody must be able to guess.
    #[must_use]
    pub fn new(random: [u8; 32]) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(random))
    }

    /// Wraps the text that a client sent as a code. The text may be invalid.
    #[must_use]
    pub fn shown(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the text of the code, for its bearer.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the hash of the code, which is stored instead of the code.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_does_not_show_the_code() {
        let code = BearerCode::new([7; 32]);
        assert_eq!(code.as_str().len(), 43);
        assert_eq!(
            BearerCode::shown(code.as_str()).fingerprint(),
            code.fingerprint()
        );
        assert_ne!(code.fingerprint(), code.as_str());
        assert_ne!(code.fingerprint(), BearerCode::new([8; 32]).fingerprint());
    }
}
