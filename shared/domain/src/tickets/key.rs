//! The public keys with which scanning devices verify ticket tokens.

use std::fmt;

use ring::{digest, signature};

use crate::keys::keyring::SigningKey;

/// The id of a public key, as it is written in a token: the first 4 bytes of the key's SHA-256. It is shown as 8 hexadecimal
/// digits.
///
/// The id only shows which keys to try, because two keys may have the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketKeyId([u8; 4]);

impl TicketKeyId {
    /// The length of the id in bytes.
    pub const LEN: usize = 4;

    /// Returns the bytes of the id as they are in a token.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl From<[u8; Self::LEN]> for TicketKeyId {
    fn from(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for TicketKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// An Ed25519 public key with its id. A scanning device needs nothing else to decide whether a token was signed by this
/// deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketPublicKey {
    kid: TicketKeyId,
    bytes: [u8; Self::LEN],
}

impl TicketPublicKey {
    /// The length of the key in bytes.
    pub const LEN: usize = signature::ED25519_PUBLIC_KEY_LEN;

    /// Returns the id, which is calculated from the key.
    #[must_use]
    pub fn kid(&self) -> TicketKeyId {
        self.kid
    }

    /// Returns the bytes of the key as they are published (RFC 8032, 5.1.5).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.bytes
    }

    /// Whether `signature` is this key's signature of `message`.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature::UnparsedPublicKey::new(&signature::ED25519, &self.bytes)
            .verify(message, signature)
            .is_ok()
    }
}

impl From<[u8; Self::LEN]> for TicketPublicKey {
    fn from(bytes: [u8; Self::LEN]) -> Self {
        let hash = digest::digest(&digest::SHA256, &bytes);
        let mut kid = [0; TicketKeyId::LEN];
        kid.copy_from_slice(&hash.as_ref()[..TicketKeyId::LEN]);
        Self {
            kid: TicketKeyId(kid),
            bytes,
        }
    }
}

impl From<&SigningKey> for TicketPublicKey {
    fn from(key: &SigningKey) -> Self {
        let mut bytes = [0; Self::LEN];
        bytes.copy_from_slice(key.public_key());
        Self::from(bytes)
    }
}
