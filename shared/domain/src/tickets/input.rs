//! Input at the door, typed or scanned. It is either a ticket code or a ticket token.

use super::{code::TicketCode, token::TicketToken};

/// The maximum number of characters of a text that is treated as a mistyped code. A longer text is treated as a token.
const MISTYPED: usize = 20;

/// The maximum length of an input, in bytes.
const MAX_TEXT: usize = 256;

/// The text of a ticket that was shown at the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketInput {
    /// A ticket code.
    Code(TicketCode),
    /// A text that should be a token. The caller verifies it with [`TicketToken::open`].
    Token(String),
}

/// The error that a text is not a code, and is too short or too long for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a ticket code such as ABCD-EFGH-JKMN, or the content of a ticket's QR code")]
pub struct TicketInputError;

impl TicketInput {
    /// Decides whether a text is a code or a token. White space before and after the text is ignored.
    ///
    /// # Errors
    /// The text is neither a code nor a token. Either it has at most 20 characters and is not a code, or it is longer than any
    /// token.
    pub fn parse(text: &str) -> Result<Self, TicketInputError> {
        let text = text.trim();
        if text.len() > MAX_TEXT {
            return Err(TicketInputError);
        }
        if let Ok(code) = text.parse() {
            return Ok(Self::Code(code));
        }
        if text.chars().count() <= MISTYPED {
            return Err(TicketInputError);
        }
        // For about one key in 43, every token begins with a space. Either this function or another program has removed that
        // space from the text, so this code puts it back.
        let lost = TicketToken::TEXT_LEN - 1 == text.len();
        Ok(Self::Token(if lost {
            format!(" {text}")
        } else {
            text.to_owned()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_told_from_tokens() {
        let code = TicketInput::Code("ABCD-EFGH-JKMN".parse().unwrap());
        for text in [
            "ABCD-EFGH-JKMN",
            " abcdefghjkmn\r\n",
            "A B C D  E F G H  J K M N",
        ] {
            assert_eq!(TicketInput::parse(text), Ok(code.clone()), "{text}");
        }
        for length in [21, 159, 161, 256] {
            let text = "%".repeat(length);
            assert_eq!(
                TicketInput::parse(&format!("\t{text}\n")),
                Ok(TicketInput::Token(text))
            );
        }
        for neither in [
            "",
            " ",
            "ABCD-EFGH-JKMU",
            &"%".repeat(20),
            &"%".repeat(257),
            &"🎟".repeat(20),
            &"🎟".repeat(1000),
        ] {
            assert_eq!(
                TicketInput::parse(neither),
                Err(TicketInputError),
                "{neither}"
            );
        }
    }

    #[test]
    fn a_token_gets_its_first_space_back() {
        let text = format!(" {}", "%".repeat(160));
        for shown in [&text, text.trim(), &format!("\r\n {text}\n")] {
            assert_eq!(
                TicketInput::parse(shown),
                Ok(TicketInput::Token(text.clone()))
            );
        }
    }

    proptest! {
        #[test]
        fn garbage_does_not_panic(text in "\\PC{0,5000}") {
            if let Ok(TicketInput::Token(token)) = TicketInput::parse(&text) {
                prop_assert!(token.len() <= MAX_TEXT);
                prop_assert_eq!(token.trim(), text.trim());
            }
        }
    }
}
