//! Tests with a scanner that was written only from `docs/ticket-format.md`. It must read the tickets that the service issues.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::json;
use tests::{OpenDoors, Stack, assert_invalid_because, time_in};

const TOKEN_BYTES: usize = 107;
const SIGNED_BYTES: usize = 43;
const PREFIX: &[u8] = b"em-connect ticket v1\0";
/// Characters of Crockford's base32, which ticket codes use. Ids use the same characters in lower case.
const BASE32: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The order of the group of Ed25519 (RFC 8032, 5.1), as bytes in little endian.
const GROUP_ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
/// The token of the first test vector in `docs/ticket-format.md`. Its private key is published, so no door may accept the
/// token.
const VECTOR: &str = "J6036WT8SREH+$B:0J%P9+5QQB0.NJC0B9B5HBNJ.LEBB000V50KSD+YEH20E4R:GSN1QWJ4K7BM%9NQI8VS.\
    9OJTD1IO00A*946-I:EAP+I3Y2FQOWUL%ZB3FKF%5VLS.W7DZMZ+RYZ157G.*G4H8J1DB HM:V30";
const VECTOR_KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// The fields of a token, as [`read`] parses them.
#[derive(Debug, PartialEq, Eq)]
struct Token {
    version: u64,
    kid: String,
    event_id: String,
    code: String,
    not_before: u64,
    not_after: u64,
}

/// Parses the fields of a token, but does not verify the token's signature.
#[track_caller]
fn read(bytes: &[u8]) -> Token {
    assert_eq!(bytes.len(), TOKEN_BYTES);
    let number = |from: usize, to: usize| {
        let bytes = bytes[from..to].iter();
        bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    let uuid = u128::from(number(5, 13)) << 64 | u128::from(number(13, 21));
    let code = base32(u128::from(number(21, 29)), 12);
    Token {
        version: number(0, 1),
        kid: format!("{:08x}", number(1, 5)),
        event_id: format!("evt_{}", base32(uuid, 26).to_lowercase()),
        code: format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]),
        not_before: number(33, 38),
        not_after: number(38, 43),
    }
}

fn base32(number: u128, symbols: u32) -> String {
    let symbol = |place: u32| {
        let index = (number >> (5 * place)) % 32;
        BASE32.chars().nth(usize::try_from(index).unwrap_or(0))
    };
    (0..symbols).rev().filter_map(symbol).collect()
}

/// Returns whether the signature of the token is valid under `public_key`, which is written in base64url.
fn is_signed_by(bytes: &[u8], public_key: &str) -> bool {
    let (signed, signature) = bytes.split_at(SIGNED_BYTES);
    let message = [PREFIX, signed].concat();
    let public_key = URL_SAFE_NO_PAD.decode(public_key).unwrap_or_default();
    let key = UnparsedPublicKey::new(&ED25519, public_key);
    key.verify(&message, signature).is_ok()
}

#[track_caller]
fn bytes_of(text: &str) -> Vec<u8> {
    match base45::decode(text) {
        Ok(bytes) => bytes,
        Err(error) => panic!("no base45 ({error}): {text}"),
    }
}

#[test]
fn the_first_vector_is_read() {
    let bytes = bytes_of(VECTOR);
    let expected = Token {
        version: 1,
        kid: "21fe31df".to_owned(),
        event_id: "evt_01h455vb4pex5vsknk084sn02q".to_owned(),
        code: "YAC5-PZQT-V4JS".to_owned(),
        not_before: 1_809_151_200,
        not_after: 1_809_208_800,
    };
    assert_eq!(read(&bytes), expected);
    let key = (0..32).map(|at| u8::from_str_radix(&VECTOR_KEY[2 * at..2 * at + 2], 16));
    let key: Vec<u8> = key.collect::<Result<_, _>>().unwrap();
    let key = URL_SAFE_NO_PAD.encode(key);
    assert!(is_signed_by(&bytes, &key));
    let mut altered = bytes;
    altered[40] ^= 1;
    assert!(!is_signed_by(&altered, &key));
}

#[tokio::test]
async fn a_scanner_without_a_network_reads_and_verifies_a_ticket() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(3).await;
    let door = doors.staff.door(&doors.event).await.expect(200);
    for guest in &doors.guests {
        let bytes = bytes_of(&guest.ticket.qr);
        let token = read(&bytes);

        assert_eq!(token.version, 1);
        assert_eq!(token.event_id, doors.event.id);
        assert_eq!(token.code, guest.ticket.code);
        for (second, member) in [
            (token.not_before, "doorsOpenAt"),
            (token.not_after, "endsAt"),
        ] {
            let planned = time_in(&doors.event.json[member]).as_second();
            assert_eq!(i64::try_from(second), Ok(planned), "{member}");
        }
        let keys = door["keys"].as_array().cloned().unwrap_or_default();
        let key = keys.iter().find(|key| key["kid"] == json!(token.kid));
        let key = key.and_then(|key| key["publicKey"].as_str());
        let is_ours = key.is_some_and(|key| is_signed_by(&bytes, key));
        assert!(is_ours, "{token:?} with the keys of {door}");
        assert_eq!(base45::encode(&bytes), guest.ticket.qr);
    }
}

/// Asserts that the door refuses the token as invalid, with the given reason.
async fn assert_refused_because(doors: &OpenDoors, token: &[u8], reason: &str) {
    let text = base45::encode(token);
    let refused = doors.staff.check_in(&doors.event, &text).await;
    assert_invalid_because(&refused, reason);
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_refused_for_the_right_reason() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let token = bytes_of(&doors.guests[0].ticket.qr);
    let altered = |place: usize, bit: u8| {
        let mut token = token.clone();
        token[place] ^= bit;
        token
    };

    // These tokens have a future version, a code of more than 60 bits, one byte too many, or one byte too few.
    assert_refused_because(&doors, &altered(0, 2), "unknown").await;
    assert_refused_because(&doors, &altered(21, 0x80), "unknown").await;
    assert_refused_because(&doors, &[&token[..], &[0]].concat(), "unknown").await;
    assert_refused_because(&doors, &token[..TOKEN_BYTES - 1], "unknown").await;
    // These tokens are for keys that the door does not know: a key with another id, and the published key of the test vector.
    assert_refused_because(&doors, &altered(4, 1), "expired-key").await;
    assert_refused_because(&doors, &bytes_of(VECTOR), "expired-key").await;
    // A bit is changed in each of these bytes. They are in the event, the code, the generation, the times, and both halves of
    // the signature.
    for place in [20, 22, 28, 32, 36, 42, 43, 74, 75, 106] {
        assert_refused_because(&doors, &altered(place, 1), "forged").await;
    }
    assert_refused_because(&doors, &with_order_added(&token), "forged").await;
}

/// Returns the token with the order of the group added to the number `S` of its signature. A careless verifier accepts the sum
/// as equal to `S` (RFC 8032, 8.4).
fn with_order_added(token: &[u8]) -> Vec<u8> {
    let mut token = token.to_vec();
    let mut carry = 0;
    for (byte, order) in token[TOKEN_BYTES - 32..].iter_mut().zip(GROUP_ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        let [low, high] = sum.to_le_bytes();
        *byte = low;
        carry = u16::from(high);
    }
    token
}
