//! Pagination cursors: a cursor marks the position at which a list continues. Clients cannot read or make cursors. A cursor is
//! refused if a client has altered it, or if it belongs to another list than the one that the client requests.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::hmac;
use serde::{Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq as _;

use crate::keys::keyring::Keyring;

const TAG: usize = 12;

/// The error that a text is not a cursor of the requested list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not one that this list gave")]
pub struct CursorError;

/// Returns the cursor, as a text for the client, for `position` in the list with the name `list`.
#[must_use]
pub fn seal<T: Serialize>(keyring: &Keyring, list: &str, position: &T) -> String {
    // A position in a list is a struct of strings and numbers, so it always has a JSON form.
    let mut bytes = serde_json::to_vec(position).unwrap_or_default();
    let tag = sign(&keyring.cursor, list, &bytes);
    bytes.extend_from_slice(&tag.as_ref()[..TAG]);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads the position in the list from a client's cursor.
///
/// # Errors
/// The text is not a cursor that was made for this list with a key of one of the `keyrings`.
pub fn open<T: DeserializeOwned>(
    keyrings: &[Arc<Keyring>],
    list: &str,
    text: &str,
) -> Result<T, CursorError> {
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| CursorError)?;
    let (position, tag) = bytes
        .split_at_checked(bytes.len().saturating_sub(TAG))
        .ok_or(CursorError)?;
    let made_by = |keyring: &Arc<Keyring>| {
        let expected = sign(&keyring.cursor, list, position);
        expected.as_ref()[..TAG].ct_eq(tag).into()
    };
    if !keyrings.iter().any(made_by) {
        return Err(CursorError);
    }
    serde_json::from_slice(position).map_err(|_| CursorError)
}

fn sign(key: &hmac::Key, list: &str, position: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    context.update(&(list.len() as u64).to_be_bytes());
    context.update(list.as_bytes());
    context.update(position);
    context.sign()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::keyring::tests::keyring;

    #[test]
    fn a_cursor_serves_its_own_list_unaltered() {
        let keyrings = [Arc::new(keyring("0123456789abcdef0123456789abcdef"))];
        let cursor = seal(&keyrings[0], "events", &"2027");
        assert_eq!(
            open::<String>(&keyrings, "events", &cursor),
            Ok("2027".to_owned())
        );
        assert_eq!(
            open::<String>(&keyrings, "users", &cursor),
            Err(CursorError)
        );
        let mut altered = BASE64_URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        altered[2] ^= 1;
        for wrong in [
            "",
            "x",
            "🎟",
            &cursor[1..],
            &BASE64_URL_SAFE_NO_PAD.encode(altered),
        ] {
            assert_eq!(
                open::<String>(&keyrings, "events", wrong),
                Err(CursorError),
                "{wrong}"
            );
        }
    }
}
