//! Ticket tokens. A token is the content of a ticket's QR code and can be verified without a network.
//!
//! A token is the base45 text (RFC 9285, with the alphabet of a QR code's alphanumeric mode) of a payload of 43 bytes and an
//! Ed25519 signature. The signature is over a prefix and the payload. The payload contains, big endian: version (1 byte), key
//! id (4), event (16), code (8, the upper 4 bits zero), generation (4), start and end of validity (5 each, seconds since 1970).

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    code::TicketCode,
    key::{TicketKeyId, TicketPublicKey},
};
use crate::{
    events::{Event, doors::DoorWindow},
    id::EventId,
    keys::keyring::SigningKey,
};

const VERSION: u8 = 1;
const PAYLOAD: usize = 1 + TicketKeyId::LEN + 16 + 8 + 4 + SECONDS + SECONDS;
const SECONDS: usize = 5;
const SIGNATURE: usize = 64;
const SEALED: usize = PAYLOAD + SIGNATURE;

/// The prefix that is signed together with the payload of a ticket token. Because of it, a signature that was made for another
/// purpose is not valid for a ticket.
const PREFIX: &[u8] = b"em-connect ticket v1\0";

/// The content of a ticket's QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketToken {
    /// The id of the event.
    pub event: EventId,
    /// The code of the ticket.
    pub code: TicketCode,
    /// The generation of the ticket: the number of the holder's seat at this event, from 1.
    pub generation: u32,
    /// The time at which the doors open, in whole seconds, as it was planned when the token was made.
    pub not_before: Timestamp,
    /// The time at which the event ends, in whole seconds, as it was planned when the token was made.
    pub not_after: Timestamp,
}

/// The reason why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketTokenError {
    /// The text is not a token, is cut off or misread, or has a version that this program does not know.
    #[error("this is not a ticket's QR code")]
    Malformed,
    /// The token names a key that is not in use yet, or is no longer in use.
    #[error("the ticket was signed with a key that is not in use")]
    UnknownKey,
    /// The token names one of our keys, but this key did not sign it.
    #[error("the ticket's signature is not ours")]
    Forged,
}

impl TicketToken {
    /// Returns the token for a ticket whose event is `event`. The token contains the times of the doors as they are planned
    /// now.
    #[must_use]
    pub fn of(event: &Event, code: TicketCode, generation: u32) -> Self {
        let doors = DoorWindow::from(&event.details.schedule);
        Self {
            event: event.id,
            code,
            generation,
            not_before: doors.opens,
            not_after: doors.closes,
        }
    }

    /// The length of the text of every token, in characters.
    pub const TEXT_LEN: usize = SEALED / 2 * 3 + SEALED % 2 * 2;

    /// Signs the token with the key and returns the text for the QR code. The times are cut to whole seconds, and a time before
    /// 1970 becomes the start of 1970.
    #[must_use]
    pub fn seal(&self, key: &SigningKey) -> String {
        let mut bytes = Vec::with_capacity(SEALED);
        bytes.push(VERSION);
        bytes.extend_from_slice(TicketPublicKey::from(key).kid().as_bytes());
        bytes.extend_from_slice(self.event.uuid().as_bytes());
        bytes.extend_from_slice(&self.code.bits().to_be_bytes());
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(&seconds(self.not_before));
        bytes.extend_from_slice(&seconds(self.not_after));
        let signature = key.pair.sign(&message(&bytes));
        bytes.extend_from_slice(signature.as_ref());
        base45::encode(bytes)
    }

    /// Reads a token and verifies that one of `keys` signed it.
    ///
    /// The caller must check that the token belongs to this event, that the present time is within the token's times, and that
    /// the ticket is not void and not used.
    ///
    /// # Errors
    /// The text is not a token that one of `keys` signed.
    pub fn open(text: &str, keys: &[TicketPublicKey]) -> Result<Self, TicketTokenError> {
        let bytes = decode(text).ok_or(TicketTokenError::Malformed)?;
        let (payload, signature) = bytes.split_at(PAYLOAD);
        let (kid, token) = read(payload).ok_or(TicketTokenError::Malformed)?;
        let mut candidates = keys.iter().filter(|key| key.kid() == kid).peekable();
        if candidates.peek().is_none() {
            return Err(TicketTokenError::UnknownKey);
        }
        let message = message(payload);
        if candidates.any(|key| key.verifies(&message, signature)) {
            Ok(token)
        } else {
            Err(TicketTokenError::Forged)
        }
    }

    /// Returns the time in which the doors are open, as it was planned when the token was made.
    #[must_use]
    pub fn window(&self) -> DoorWindow {
        DoorWindow {
            opens: self.not_before,
            closes: self.not_after,
        }
    }
}

/// Decodes a text of the right length. Returns `None` if the text has another length, or if encoding the bytes does not give
/// the same text.
fn decode(text: &str) -> Option<[u8; SEALED]> {
    if text.len() != TicketToken::TEXT_LEN {
        return None;
    }
    let bytes: [u8; SEALED] = base45::decode(text).ok()?.try_into().ok()?;
    // The base45 decoder even accepts a text whose last two characters have a value above 255. Without this comparison, several
    // texts would give the same bytes.
    (base45::encode(bytes) == text).then_some(bytes)
}

fn read(payload: &[u8]) -> Option<(TicketKeyId, TicketToken)> {
    let (&[version], rest) = payload.split_first_chunk()?;
    let (kid, rest) = rest.split_first_chunk()?;
    let (event, rest) = rest.split_first_chunk()?;
    let (code, rest) = rest.split_first_chunk()?;
    let (generation, rest) = rest.split_first_chunk()?;
    let (not_before, not_after) = rest.split_first_chunk()?;
    let token = TicketToken {
        event: EventId::from_uuid(Uuid::from_bytes(*event)),
        code: TicketCode::from_bits(u64::from_be_bytes(*code))?,
        generation: u32::from_be_bytes(*generation),
        not_before: time(*not_before)?,
        not_after: time(*not_after.first_chunk()?)?,
    };
    (version == VERSION).then_some((TicketKeyId::from(*kid), token))
}

fn message(payload: &[u8]) -> Vec<u8> {
    [PREFIX, payload].concat()
}

/// Returns the seconds since 1970. Five bytes are enough, because the last second of a [`Timestamp`] is 253402207200, in the
/// year 9999.
fn seconds(time: Timestamp) -> [u8; SECONDS] {
    let [_, _, _, seconds @ ..] = time.as_second().max(0).to_be_bytes();
    seconds
}

fn time(seconds: [u8; SECONDS]) -> Option<Timestamp> {
    let mut bytes = [0; 8];
    bytes[8 - SECONDS..].copy_from_slice(&seconds);
    Timestamp::from_second(i64::from_be_bytes(bytes)).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{events::schedule::tests::time as at, keys::keyring::tests::keyring};
    use proptest::prelude::*;

    fn key(secret: &str) -> (SigningKey, TicketPublicKey) {
        let key = keyring(secret).ticket;
        let public = TicketPublicKey::from(&key);
        (key, public)
    }

    fn ours() -> (SigningKey, TicketPublicKey) {
        key("0123456789abcdef0123456789abcdef")
    }

    fn evening() -> TicketToken {
        TicketToken {
            event: "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            code: "ABCD-EFGH-JKMN".parse().unwrap(),
            generation: 1,
            not_before: at("2027-05-01T06:00:00Z"),
            not_after: at("2027-05-01T22:00:00Z"),
        }
    }

    fn tokens() -> impl Strategy<Value = TicketToken> {
        // Generates times from 1970 to the last second that a timestamp can contain.
        let time =
            || (0..=Timestamp::MAX.as_second()).prop_map(|at| Timestamp::from_second(at).unwrap());
        (any::<u128>(), 0..1_u64 << 60, any::<u32>(), time(), time()).prop_map(
            |(event, code, generation, not_before, not_after)| TicketToken {
                event: EventId::from_uuid(Uuid::from_u128(event)),
                code: TicketCode::from_bits(code).unwrap(),
                generation,
                not_before,
                not_after,
            },
        )
    }

    /// Returns a token with this `payload` and a valid signature, whatever the payload contains.
    fn signed(payload: &[u8], key: &SigningKey) -> String {
        let signature = key.pair.sign(&message(payload));
        base45::encode([payload, signature.as_ref()].concat())
    }

    #[test]
    fn every_altered_bit_is_noticed() {
        let (key, public) = ours();
        let text = evening().seal(&key);
        assert_eq!(TicketToken::open(&text, &[public]), Ok(evening()));
        let bytes = base45::decode(&text).unwrap();
        for bit in 0..SEALED * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let error = TicketToken::open(&base45::encode(&altered), &[public]).unwrap_err();
            match bit / 8 {
                0 => assert_eq!(error, TicketTokenError::Malformed),
                1..5 => assert_eq!(error, TicketTokenError::UnknownKey),
                // A change of one of these bytes may set a reserved bit of the code, or make a time later than the year 9999.
                21 | 33 | 38 => assert_ne!(error, TicketTokenError::UnknownKey),
                _ => assert_eq!(error, TicketTokenError::Forged, "bit {bit}"),
            }
        }
    }

    #[test]
    fn a_token_is_taken_in_its_exact_length_only() {
        let (key, public) = ours();
        let text = evening().seal(&key);
        assert_eq!(text.len(), TicketToken::TEXT_LEN);
        for length in 0..text.len() {
            for cut in [&text[..length], &text[text.len() - length..]] {
                assert_eq!(
                    TicketToken::open(cut, &[public]),
                    Err(TicketTokenError::Malformed)
                );
            }
        }
        for more in ["0", "00", "000", " ", "\n", "\0", "é", "🎟"] {
            for longer in [format!("{text}{more}"), format!("{more}{text}")] {
                assert_eq!(
                    TicketToken::open(&longer, &[public]),
                    Err(TicketTokenError::Malformed),
                    "{longer:?}"
                );
            }
        }
    }

    #[test]
    fn a_token_has_one_text() {
        let (key, public) = ours();
        // The last byte of an Ed25519 signature is below 17, so the value of the last two characters is also below 17.
        let text = evening().seal(&key);
        let bytes = base45::decode(&text).unwrap();
        let overflowing = u16::from(bytes[SEALED - 1]) + 256;
        let pair = base45::encode(overflowing.to_be_bytes());
        let second = format!("{}{}", &text[..text.len() - 2], &pair[..2]);
        assert_ne!(second, text);
        assert_eq!(base45::decode(&second).unwrap(), bytes, "why we re-encode");
        for other in [second, text.to_lowercase()] {
            assert_eq!(
                TicketToken::open(&other, &[public]),
                Err(TicketTokenError::Malformed)
            );
        }
    }

    #[test]
    fn what_our_key_signed_must_still_be_a_token() {
        let (key, public) = ours();
        let good = base45::decode(evening().seal(&key)).unwrap()[..PAYLOAD].to_vec();
        let with = |place: usize, value| {
            let mut payload = good.clone();
            payload[place] = value;
            TicketToken::open(&signed(&payload, &key), &[public])
        };
        assert_eq!(with(0, 1), Ok(evening()));
        for (place, value, why) in [
            (0, 0, "version"),
            (0, 2, "version"),
            (21, 0x10, "reserved bits of the code"),
            (21, 0xFF, "reserved bits of the code"),
            (33, 0x3B, "start beyond the year 9999"),
            (38, 0xFF, "end beyond the year 9999"),
        ] {
            assert_eq!(
                with(place, value),
                Err(TicketTokenError::Malformed),
                "{why}"
            );
        }
        let bytes = base45::decode(evening().seal(&key)).unwrap();
        let without_prefix = [&good[..], key.pair.sign(&good).as_ref()].concat();
        assert_ne!(bytes, without_prefix);
        assert_eq!(
            TicketToken::open(&base45::encode(without_prefix), &[public]),
            Err(TicketTokenError::Forged)
        );
    }

    #[test]
    fn a_token_needs_its_key() {
        let (key, public) = ours();
        let (_, other) = self::key("another secret of at least 32 characters");
        let text = evening().seal(&key);
        assert_eq!(TicketToken::open(&text, &[other, public]), Ok(evening()));
        for keys in [&[][..], &[other]] {
            assert_eq!(
                TicketToken::open(&text, keys),
                Err(TicketTokenError::UnknownKey)
            );
        }
        assert_eq!(public.kid().to_string().len(), 8);
        assert_eq!(TicketPublicKey::from(*public.as_bytes()), public);
    }

    #[test]
    fn times_are_cut_to_what_fits() {
        let (key, public) = ours();
        let mut token = evening();
        token.not_before = Timestamp::MIN;
        token.not_after = Timestamp::MAX;
        let read = TicketToken::open(&token.seal(&key), &[public]).unwrap();
        assert_eq!(read.not_before, Timestamp::UNIX_EPOCH);
        assert_eq!(read.not_after.as_second(), Timestamp::MAX.as_second());
    }

    proptest! {
        #[test]
        fn a_token_is_read_back_and_no_altered_one(token in tokens(), place in 0..TicketToken::TEXT_LEN, character in "[0-9A-Z $%*+./:-]") {
            let (key, public) = ours();
            let text = token.seal(&key);
            prop_assert_eq!(text.len(), TicketToken::TEXT_LEN);
            prop_assert_eq!(TicketToken::open(&text, &[public]), Ok(token));
            let mut altered = text.clone();
            altered.replace_range(place..=place, &character);
            prop_assert_eq!(TicketToken::open(&altered, &[public]).is_ok(), altered == text);
        }

        #[test]
        fn garbage_is_no_token(text in "\\PC{0,5000}", alphabet in "[0-9A-Z $%*+./:-]{161}", emoji in "🎟{0,200}") {
            let (_, public) = ours();
            for text in [text, emoji] {
                prop_assert_eq!(TicketToken::open(&text, &[public]), Err(TicketTokenError::Malformed));
            }
            prop_assert!(TicketToken::open(&alphabet, &[public]).is_err());
        }

        #[test]
        fn any_payload_under_our_signature_has_one_text(mut payload in proptest::collection::vec(any::<u8>(), PAYLOAD)) {
            let (key, public) = ours();
            payload[0] = VERSION;
            payload[1..5].copy_from_slice(public.kid().as_bytes());
            let text = signed(&payload, &key);
            if let Ok(token) = TicketToken::open(&text, &[public]) {
                prop_assert_eq!(token.seal(&key), text);
            }
        }
    }
}
