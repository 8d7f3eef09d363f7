//! Fuzzes the tokens in QR codes: opening a sealed token returns the same token, and no other text is accepted as a token.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use domain::{
    id::EventId,
    keys::keyring::Keyring,
    tickets::{
        code::TicketCode,
        key::TicketPublicKey,
        token::{TicketToken, TicketTokenError},
    },
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

/// The keyring that seals the tokens, and the public key that verifies them.
static KEYS: LazyLock<(Keyring, [TicketPublicKey; 1])> = LazyLock::new(|| {
    let keyring = Keyring::derive(
        &"a secret for fuzzing and for nothing else"
            .to_owned()
            .into(),
    )
    .expect("the secret is long enough");
    let public = TicketPublicKey::from(&keyring.ticket);
    (keyring, [public])
});

#[derive(Debug, Arbitrary)]
enum Case<'a> {
    /// The fuzzer chooses the whole text of the token.
    Text(&'a str),
    /// The fuzzer chooses characters of the base45 alphabet. The text has the length of a token.
    Alphabet([u8; TicketToken::TEXT_LEN]),
    /// A valid token with the chosen values, in which the fuzzer replaces the bytes from `from` to `to` by the text `by`.
    Altered {
        event: u128,
        code: u64,
        generation: u32,
        not_before: u64,
        not_after: u64,
        from: u8,
        to: u8,
        by: &'a str,
    },
}

fuzz_target!(|case: Case<'_>| {
    let (keyring, keys) = &*KEYS;
    match case {
        // The fuzzer cannot make a valid token by itself, because it does not have the keyring's private key.
        Case::Text(text) => check(text, keyring, keys),
        Case::Alphabet(values) => {
            const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
            let text: String = values
                .iter()
                .map(|value| char::from(ALPHABET[usize::from(*value) % ALPHABET.len()]))
                .collect();
            check(&text, keyring, keys);
        }
        Case::Altered {
            event,
            code,
            generation,
            not_before,
            not_after,
            from,
            to,
            by,
        } => {
            let (Some(code), Some(not_before), Some(not_after)) = (
                TicketCode::from_bits(code >> 4),
                time(not_before),
                time(not_after),
            ) else {
                return;
            };
            let token = TicketToken {
                event: EventId::from_uuid(Uuid::from_u128(event)),
                code,
                generation,
                not_before,
                not_after,
            };
            let text = token.seal(&keyring.ticket);
            assert_eq!(TicketToken::open(&text, keys), Ok(token));
            assert_eq!(
                TicketToken::open(&text, &[]),
                Err(TicketTokenError::UnknownKey)
            );
            let from = usize::from(from).min(text.len());
            let to = usize::from(to).clamp(from, text.len());
            let mut altered = text.clone();
            altered.replace_range(from..to, by);
            assert_eq!(TicketToken::open(&altered, keys).is_ok(), altered == text);
        }
    }
});

/// Asserts that a text which is accepted as a token is the only text for this token: sealing the token returns the same text.
/// In this comparison, the fuzzer sees the valid text, so it also tries valid tokens.
fn check(text: &str, keyring: &Keyring, keys: &[TicketPublicKey]) {
    if let Ok(token) = TicketToken::open(text, keys) {
        assert_eq!(token.seal(&keyring.ticket), text);
    }
}

/// Returns a time between 1970 and the last second that a timestamp can hold.
fn time(seconds: u64) -> Option<Timestamp> {
    let end = u64::try_from(Timestamp::MAX.as_second()).ok()? + 1;
    Timestamp::from_second(i64::try_from(seconds % end).ok()?).ok()
}
