//! Ticket codes. A code is short enough to be read aloud and typed, but too long to be guessed.

use std::{fmt, str::FromStr};

use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, UserId},
    keys::keyrings::Keyrings,
    seats::registration::Registration,
    text::crockford,
};

const SYMBOLS: u32 = 12;

/// The code of a ticket: 60 bits, shown as 12 symbols of Crockford's base32 in groups of four, such as `ABCD-EFGH-JKMN`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketCode(u64);

/// The error that a text is not a ticket code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a ticket code of 12 letters and digits, such as ABCD-EFGH-JKMN")]
pub struct TicketCodeError;

impl TicketCode {
    /// The number of bits of a code.
    pub const BITS: u32 = SYMBOLS * crockford::BITS_PER_SYMBOL;

    /// Returns the code of `user`'s ticket for `event`. `generation` is the number of the user's seat at this event, from 1.
    ///
    /// The code is the first 60 bits of HMAC-SHA256 over the event (16 bytes), the user (16) and the generation (4, big
    /// endian). So a ticket has the same code however often it is issued, and each generation has a code of its own.
    #[must_use]
    pub fn derive(key: &hmac::Key, event: EventId, user: UserId, generation: u32) -> Self {
        let mut context = hmac::Context::with_key(key);
        context.update(event.uuid().as_bytes());
        context.update(user.uuid().as_bytes());
        context.update(&generation.to_be_bytes());
        let first = context.sign().as_ref()[..8]
            .iter()
            .fold(0, |bits, byte| bits << 8 | u64::from(*byte));
        Self(first >> (u64::BITS - Self::BITS))
    }

    /// Returns the code of the ticket that belongs to `registration`, even if the ticket is not issued yet. The code is derived
    /// with the secret that signed when the user registered, and not with the secret that signs now.
    #[must_use]
    pub fn of(keyrings: &Keyrings, registration: &Registration) -> Self {
        let keyring = keyrings.signing(registration.registered_at);
        let Registration {
            event_id,
            user_id,
            generation,
            ..
        } = *registration;
        Self::derive(&keyring.ticket_code, event_id, user_id, generation)
    }

    /// Returns all codes that the ticket of an earlier `generation` of `registration` may have: one for each secret. The time
    /// at which that generation began is not stored, so it is not known which secret signed then.
    pub fn candidates(
        keyrings: &Keyrings,
        registration: &Registration,
        generation: u32,
    ) -> impl Iterator<Item = Self> {
        let (event, user) = (registration.event_id, registration.user_id);
        keyrings
            .all()
            .map(move |keyring| Self::derive(&keyring.ticket_code, event, user, generation))
    }

    /// Returns the code with these bits; `None` if `bits` has more than 60 bits.
    #[must_use]
    pub fn from_bits(bits: u64) -> Option<Self> {
        (bits >> Self::BITS == 0).then_some(Self(bits))
    }

    /// Returns the bits of the code, a number below 2⁶⁰. The first symbol represents the highest five bits.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TicketCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crockford::write(self.0, SYMBOLS))
    }
}

impl fmt::Debug for TicketCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketCode({self})")
    }
}

impl FromStr for TicketCode {
    type Err = TicketCodeError;

    /// Reads a code that a person typed: in upper or lower case, with or without hyphens and spaces at any position. `O` is
    /// read as `0`, and `I` and `L` are read as `1`.
    fn from_str(text: &str) -> Result<Self, TicketCodeError> {
        crockford::read(text, SYMBOLS)
            .map(Self)
            .ok_or(TicketCodeError)
    }
}

impl TryFrom<String> for TicketCode {
    type Error = TicketCodeError;
    fn try_from(text: String) -> Result<Self, TicketCodeError> {
        text.parse()
    }
}

impl From<TicketCode> for String {
    fn from(code: TicketCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::keyring::tests::keyring;
    use proptest::{collection::vec, prelude::*, sample::select};
    use uuid::Uuid;

    #[test]
    fn a_code_is_shown_in_groups_of_four() {
        for (bits, text) in [
            (0, "0000-0000-0000"),
            (1, "0000-0000-0001"),
            ((1 << 60) - 1, "ZZZZ-ZZZZ-ZZZZ"),
            (0x0123_4567_89AB_CDEF, "28T5-CY4T-QKFF"),
        ] {
            let code = TicketCode::from_bits(bits).unwrap();
            assert_eq!(code.to_string(), text);
            assert_eq!(text.parse(), Ok(code));
            assert_eq!(code.bits(), bits);
            let json = format!("\"{text}\"");
            assert_eq!(serde_json::to_string(&code).unwrap(), json);
            assert_eq!(serde_json::from_str::<TicketCode>(&json).unwrap(), code);
        }
        assert_eq!(TicketCode::from_bits(1 << 60), None);
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for wrong in [
            "",
            "----",
            "ABCD-EFGH-JKM",
            "ABCD-EFGH-JKMNP",
            "ABCD-EFGH-JKMU",
            "abcd-efgh-jkmu",
            "ABCD_EFGH_JKMN",
            "ABCD\tEFGH\tJKMN",
            "ABCD–EFGH–JKMN",
            "ABCD-EFGH-JKM*",
            "ＡBCD-EFGH-JKMN",
            "٠٠٠٠-٠٠٠٠-٠٠٠٠",
            "🎟🎟🎟🎟🎟🎟🎟🎟🎟🎟🎟🎟",
            "ſſſſ-ſſſſ-ſſſſ",
        ] {
            assert_eq!(wrong.parse::<TicketCode>(), Err(TicketCodeError), "{wrong}");
        }
        assert!(serde_json::from_str::<TicketCode>("\"ABCD\"").is_err());
    }

    /// Returns all characters that people may type when they read the displayed `symbol`.
    fn typed(symbol: char) -> Vec<String> {
        let mut ways = vec![symbol.to_string(), symbol.to_ascii_lowercase().to_string()];
        let look_alikes: &[&str] = match symbol {
            '0' => &["O", "o"],
            '1' => &["I", "i", "L", "l"],
            _ => &[],
        };
        ways.extend(look_alikes.iter().map(ToString::to_string));
        ways
    }

    fn code_and_typed() -> impl Strategy<Value = (TicketCode, String)> {
        // Zeros and ones are generated more often than other symbols, because people confuse them with letters.
        let symbol = prop_oneof![
            Just('0'),
            Just('1'),
            select(crockford::ALPHABET.map(char::from).to_vec())
        ];
        vec(symbol, 12).prop_flat_map(|symbols| {
            let code: TicketCode = symbols.iter().collect::<String>().parse().unwrap();
            let symbols: Vec<_> = symbols
                .into_iter()
                .map(|symbol| ("[- ]{0,3}", select(typed(symbol)), "[- ]{0,3}"))
                .collect();
            symbols.prop_map(move |parts| {
                let text = parts
                    .into_iter()
                    .map(|(before, symbol, after)| before + &symbol + &after)
                    .collect();
                (code, text)
            })
        })
    }

    proptest! {
        #[test]
        fn a_code_is_found_however_it_is_typed((code, text) in code_and_typed()) {
            prop_assert_eq!(text.parse(), Ok(code));
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }

        #[test]
        fn a_symbol_more_or_less_is_no_code((_, text) in code_and_typed(), more in "[0-9A-Za-z]") {
            prop_assert!((text.clone() + &more).parse::<TicketCode>().is_err());
            let less = text.trim_end_matches(['-', ' ']);
            prop_assert!(less[..less.len() - 1].parse::<TicketCode>().is_err());
        }

        #[test]
        fn garbage_does_not_panic(text in "\\PC{0,5000}") {
            if let Ok(code) = text.parse::<TicketCode>() {
                prop_assert_eq!(code.to_string().parse(), Ok(code));
            }
        }

        #[test]
        fn every_registration_has_its_own_code(event: u128, user: u128, generation in 1..u32::MAX) {
            let key = keyring("0123456789abcdef0123456789abcdef").ticket_code;
            let code = |event, user, generation| TicketCode::derive(
                &key,
                EventId::from_uuid(Uuid::from_u128(event)),
                UserId::from_uuid(Uuid::from_u128(user)),
                generation,
            );
            let this = code(event, user, generation);
            prop_assert_eq!(this, code(event, user, generation));
            prop_assert_eq!(TicketCode::from_bits(this.bits()), Some(this));
            for other in [code(event ^ 1, user, generation), code(event, user ^ 1, generation), code(event, user, generation + 1)] {
                prop_assert_ne!(this, other);
            }
        }
    }
}
