//! Keyrings. Every key has one purpose and is derived from a generated secret (HKDF-SHA256, RFC 5869).

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use ring::{
    digest, hkdf, hmac,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use secrecy::{ExposeSecret as _, SecretString};

/// The reason why a secret or a document of secrets cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// The secret is too short. A generated secret is longer, so a person must have typed this secret.
    #[error("the secret must have at least {} characters", Keyring::MIN_SECRET)]
    TooShort,
    /// The cryptographic library refused a key that was derived from the secret.
    #[error("a key could not be derived from the secret")]
    Derivation,
    /// The text begins like a document of several secrets, but it cannot be read as one.
    #[error("the document of secrets cannot be read: line {line}, column {column}")]
    Document {
        /// The line of the document at which the error is, from 1.
        line: usize,
        /// The column of the document at which the error is, from 1.
        column: usize,
    },
    /// The document contains no secret.
    #[error("the document of secrets is empty")]
    Empty,
    /// Two secrets of the document are in the wrong order, so it is not clear at every time which of them signs.
    #[error("the secrets must stand in the order in which they begin to sign, the newest first")]
    Order,
    /// The document says that a secret ceases to verify while it still signs. The signatures that it makes after that would be
    /// refused.
    #[error("a secret must verify at least until the next one signs")]
    EndsEarly,
}

/// The bytes that precede the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410, 10.3).
const PKCS8: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// An Ed25519 key pair and its id.
pub struct SigningKey {
    /// The key id: the first 8 bytes of the public key's SHA-256, in base64url.
    pub kid: String,
    pub(crate) pair: Ed25519KeyPair,
}

impl SigningKey {
    /// Returns the public key, which has 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }
}

/// All keys that are derived from one secret of a deployment.
pub struct Keyring {
    /// The key that signs access tokens.
    pub access_token: SigningKey,
    /// The private key of `access_token`, in the form that the crate `jsonwebtoken` needs.
    pub(crate) access_token_encoding: EncodingKey,
    /// The key that authenticates refresh tokens.
    pub refresh_token: hmac::Key,
    /// The key that authenticates pagination cursors.
    pub cursor: hmac::Key,
    /// The key that signs the content of tickets' QR codes.
    pub ticket: SigningKey,
    /// The key from which ticket codes are derived.
    pub ticket_code: hmac::Key,
    /// The key from which mailed codes are derived. Such a code verifies an address or allows a person to reset a password.
    pub mail_code: hmac::Key,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("access_token", &self.access_token.kid)
            .finish_non_exhaustive()
    }
}

impl Keyring {
    /// The minimum number of characters of a secret.
    pub const MIN_SECRET: usize = 32;

    /// Derives all keys from `secret`.
    ///
    /// # Errors
    /// The secret is too short, or the cryptographic library refused a derived key.
    pub fn derive(secret: &SecretString) -> Result<Self, KeyringError> {
        let secret = secret.expose_secret().as_bytes();
        if secret.len() < Self::MIN_SECRET {
            return Err(KeyringError::TooShort);
        }
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"em-connect").extract(secret);
        let mac = |purpose| {
            Ok::<_, KeyringError>(hmac::Key::new(hmac::HMAC_SHA256, &expand(&root, purpose)?))
        };
        let access_token = expand(&root, "access-token/ed25519/1")?;
        Ok(Self {
            access_token: signing_key(&access_token)?,
            access_token_encoding: encoding_key(&access_token),
            refresh_token: mac("refresh-token/hmac-sha256/1")?,
            cursor: mac("cursor/hmac-sha256/1")?,
            ticket: signing_key(&expand(&root, "ticket/ed25519/1")?)?,
            ticket_code: mac("ticket-code/hmac-sha256/1")?,
            mail_code: mac("mail-code/hmac-sha256/1")?,
        })
    }
}

fn expand(root: &hkdf::Prk, purpose: &str) -> Result<[u8; 32], KeyringError> {
    let mut key = [0; 32];
    root.expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut key))
        .map_err(|_| KeyringError::Derivation)?;
    Ok(key)
}

pub(crate) fn signing_key(seed: &[u8; 32]) -> Result<SigningKey, KeyringError> {
    let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyringError::Derivation)?;
    let hash = digest::digest(&digest::SHA256, pair.public_key().as_ref());
    let kid = BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..8]);
    Ok(SigningKey { kid, pair })
}

/// Returns the private key in the form that the crate `jsonwebtoken` needs.
pub(crate) fn encoding_key(seed: &[u8; 32]) -> EncodingKey {
    EncodingKey::from_ed_der(&[PKCS8, seed].concat())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn keyring(secret: &str) -> Keyring {
        Keyring::derive(&secret.to_owned().into()).unwrap()
    }

    #[test]
    fn the_same_secret_gives_the_same_keys() {
        let secret = "0123456789abcdef0123456789abcdef";
        assert_eq!(
            keyring(secret).access_token.kid,
            keyring(secret).access_token.kid
        );
        assert_ne!(
            keyring(secret).access_token.kid,
            keyring(&secret.replace('f', "e")).access_token.kid
        );
        assert_eq!(
            Keyring::derive(&"short".to_owned().into()).unwrap_err(),
            KeyringError::TooShort
        );
    }
}
