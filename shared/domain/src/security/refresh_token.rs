//! Refresh tokens. Clients cannot read or make them. Each refresh token can be exchanged for one successor.
//!
//! A token is base64url of the user (16 bytes), the session family (16), the generation (4, big endian), and the first 16 bytes
//! of an HMAC-SHA256 over these fields. So a generation always has the same token. The table stores only the current generation
//! of a family. [`session`](crate::accounts::session) decides what a token of another generation gives its holder.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::hmac;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::{
    id::{SessionId, UserId},
    keys::keyring::Keyring,
};

/// The time for which a refresh token is valid, counted from the last exchange of a token of its family.
pub const LIFETIME_SECONDS: i64 = 30 * 24 * 3600;

const PAYLOAD: usize = 16 + 16 + 4;
const TAG: usize = 16;

/// The content of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken {
    /// The user of the session.
    pub user: UserId,
    /// The family of the token: all tokens that were issued since one login, by exchanging one token for the next.
    pub family: Uuid,
    /// The generation: the number of the token in its family, from 1.
    pub generation: u32,
}

impl RefreshToken {
    /// Returns the id of the session to which the token's family belongs.
    #[must_use]
    pub fn session(&self) -> SessionId {
        SessionId::from_uuid(self.family)
    }

    /// Returns the text of the token for the client.
    #[must_use]
    pub fn seal(&self, keyring: &Keyring) -> String {
        let mut bytes = Vec::with_capacity(PAYLOAD + TAG);
        bytes.extend_from_slice(self.user.uuid().as_bytes());
        bytes.extend_from_slice(self.family.as_bytes());
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        let tag = hmac::sign(&keyring.refresh_token, &bytes);
        bytes.extend_from_slice(&tag.as_ref()[..TAG]);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Parses and authenticates the text that a client sent as its refresh token. Returns `None` if the text was not made with
    /// one of `keyrings`.
    #[must_use]
    pub fn open(text: &str, keyrings: &[Arc<Keyring>]) -> Option<Self> {
        let bytes: [u8; PAYLOAD + TAG] =
            BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (payload, tag) = bytes.split_at(PAYLOAD);
        keyrings.iter().find(|keyring| {
            let expected = hmac::sign(&keyring.refresh_token, payload);
            expected.as_ref()[..TAG].ct_eq(tag).into()
        })?;
        Some(Self {
            user: UserId::from_uuid(Uuid::from_slice(&payload[..16]).ok()?),
            family: Uuid::from_slice(&payload[16..32]).ok()?,
            generation: u32::from_be_bytes(payload[32..].try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::keyring::tests::keyring;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_token_is_read_back_and_no_altered_one(user: u128, family: u128, generation: u32, place in 0usize..52, bit in 0u8..8) {
            let keyrings = [Arc::new(keyring("0123456789abcdef0123456789abcdef"))];
            let token = RefreshToken { user: UserId::from_uuid(Uuid::from_u128(user)), family: Uuid::from_u128(family), generation };
            let text = token.seal(&keyrings[0]);
            prop_assert_eq!(RefreshToken::open(&text, &keyrings), Some(token));
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).unwrap();
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(RefreshToken::open(&BASE64_URL_SAFE_NO_PAD.encode(bytes), &keyrings), None);
        }

        #[test]
        fn garbage_is_no_token(text in "\\PC{0,120}") {
            let keyrings = [Arc::new(keyring("0123456789abcdef0123456789abcdef"))];
            prop_assert_eq!(RefreshToken::open(&text, &keyrings), None);
        }
    }
}
