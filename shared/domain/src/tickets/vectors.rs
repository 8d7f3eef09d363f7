//! Checks this crate's code against the test vectors of `docs/ticket-format.md`, so that the document stays correct.

use jiff::Timestamp;
use ring::{hmac, signature::KeyPair as _};
use serde::Deserialize;

use super::{
    code::TicketCode,
    input::{TicketInput, TicketInputError},
    key::TicketPublicKey,
    token::{TicketToken, TicketTokenError},
};
use crate::{
    id::{EventId, UserId},
    keys::keyring::{self, SigningKey},
};

const DOCUMENT: &str = include_str!("../../../../docs/ticket-format.md");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    keys: Vec<KeyVector>,
    tokens: Vec<TokenVector>,
    refused: Vec<RefusedVector>,
    codes: Vec<CodeVector>,
    typed: Vec<TypedVector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyVector {
    seed: String,
    public_key: String,
    kid: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenVector {
    kid: String,
    event: EventId,
    code: String,
    generation: u32,
    not_before: Timestamp,
    not_after: Timestamp,
    payload: String,
    signature: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusedVector {
    why: String,
    error: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeVector {
    hmac_key: String,
    event: EventId,
    user: UserId,
    generation: u32,
    message: String,
    mac: String,
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedVector {
    typed: String,
    code: Option<String>,
}

fn vectors() -> Vectors {
    let (_, rest) = DOCUMENT.split_once("```json\n").unwrap();
    let (json, _) = rest.split_once("```").unwrap();
    serde_json::from_str(json).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2), "{hex}");
    (0..hex.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(&hex[place..place + 2], 16).unwrap())
        .collect()
}

fn signing_key(key: &KeyVector) -> SigningKey {
    let seed: [u8; 32] = bytes(&key.seed).try_into().unwrap();
    SigningKey {
        kid: key.kid.clone(),
        ..keyring::signing_key(&seed).unwrap()
    }
}

fn public_key(key: &KeyVector) -> TicketPublicKey {
    let bytes: [u8; TicketPublicKey::LEN] = bytes(&key.public_key).try_into().unwrap();
    TicketPublicKey::from(bytes)
}

fn public_keys(vectors: &Vectors) -> Vec<TicketPublicKey> {
    vectors.keys.iter().map(public_key).collect()
}

#[test]
fn keys_and_their_ids_are_as_documented() {
    let vectors = vectors();
    assert!(vectors.keys.len() >= 2);
    for key in &vectors.keys {
        assert_eq!(
            signing_key(key).pair.public_key().as_ref(),
            bytes(&key.public_key)
        );
        assert_eq!(public_key(key), TicketPublicKey::from(&signing_key(key)));
        assert_eq!(public_key(key).kid().to_string(), key.kid);
    }
}

#[test]
fn tokens_are_as_documented() {
    let vectors = vectors();
    assert!(vectors.tokens.len() >= 2);
    for expected in &vectors.tokens {
        let key = vectors.keys.iter().find(|key| key.kid == expected.kid);
        let token = TicketToken {
            event: expected.event,
            code: expected.code.parse().unwrap(),
            generation: expected.generation,
            not_before: expected.not_before,
            not_after: expected.not_after,
        };
        assert_eq!(token.code.to_string(), expected.code);
        let text = token.seal(&signing_key(key.unwrap()));
        assert_eq!(text, expected.text);
        assert_eq!(
            base45::decode(&text).unwrap(),
            [bytes(&expected.payload), bytes(&expected.signature)].concat()
        );
        assert_eq!(TicketToken::open(&text, &public_keys(&vectors)), Ok(token));
        assert_eq!(
            TicketInput::parse(text.trim()),
            Ok(TicketInput::Token(text))
        );
    }
}

#[test]
fn refusals_are_as_documented() {
    let vectors = vectors();
    for error in ["malformed", "unknown-key", "forged"] {
        assert!(vectors.refused.iter().any(|refused| refused.error == error));
    }
    for RefusedVector { why, error, text } in &vectors.refused {
        let expected = match error.as_str() {
            "malformed" => TicketTokenError::Malformed,
            "unknown-key" => TicketTokenError::UnknownKey,
            "forged" => TicketTokenError::Forged,
            other => panic!("{other}"),
        };
        assert_eq!(
            TicketToken::open(text, &public_keys(&vectors)),
            Err(expected),
            "{why}"
        );
    }
}

#[test]
fn codes_are_as_documented() {
    let vectors = vectors();
    assert!(vectors.codes.len() >= 2);
    for expected in &vectors.codes {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes(&expected.hmac_key));
        let mac = hmac::sign(&key, &bytes(&expected.message));
        assert_eq!(mac.as_ref(), bytes(&expected.mac));
        let code = TicketCode::derive(&key, expected.event, expected.user, expected.generation);
        assert_eq!(code.to_string(), expected.code);
    }
}

#[test]
fn typed_codes_are_read_as_documented() {
    for TypedVector { typed, code } in vectors().typed {
        let expected = code.map(|code| TicketInput::Code(code.parse().unwrap()));
        assert_eq!(
            TicketInput::parse(&typed),
            expected.ok_or(TicketInputError),
            "{typed:?}"
        );
    }
}

#[test]
fn the_dissected_token_is_the_first_vector() {
    let vectors = vectors();
    let (_, rest) = DOCUMENT.split_once("```text\n").unwrap();
    let (dissected, _) = rest.split_once("```").unwrap();
    let hex: String = dissected
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1))
        .collect();
    let first = &vectors.tokens[0];
    assert_eq!(hex, format!("{}{}", first.payload, first.signature));
}
