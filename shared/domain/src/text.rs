//! Bounded texts: normalised to NFC, trimmed, without control and bidirectional formatting characters.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More characters than the field holds.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// A control character, or one that changes the direction of what follows.
    #[error("must not contain control or text-direction characters")]
    ForbiddenCharacter,
}

fn parse(raw: &str, max: usize, lines: bool) -> Result<String, TextError> {
    let text: String = raw.trim().nfc().collect();
    if text.chars().any(|c| is_forbidden(c, lines)) {
        Err(TextError::ForbiddenCharacter)
    } else if text.chars().count() > max {
        Err(TextError::TooLong(max))
    } else {
        Ok(text)
    }
}

/// Control characters, and those that let a name pretend to be another (Unicode TR 36, 3.4).
fn is_forbidden(c: char, lines: bool) -> bool {
    match c {
        '\n' | '\r' | '\t' => !lines,
        '\u{200e}'
        | '\u{200f}'
        | '\u{061c}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => true,
        c => c.is_control(),
    }
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, max = $max:literal, empty = $empty:literal, lines = $lines:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters that it holds.
            pub const MAX: usize = $max;

            /// Parses a text.
            ///
            /// # Errors
            /// It is too long, empty where it must not be, or has a forbidden character.
            pub fn parse(raw: &str) -> Result<Self, TextError> {
                match parse(raw, $max, $lines)? {
                    text if text.is_empty() && !$empty => Err(TextError::Empty),
                    text => Ok(Self(text)),
                }
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;
            fn try_from(raw: String) -> Result<Self, TextError> {
                Self::parse(&raw)
            }
        }
    };
}

text!(
    /// Title of an event.
    Title, max = 200, empty = false, lines = false);
text!(
    /// Description of an event: may be empty, may have lines.
    Description, max = 5_000, empty = true, lines = true);
text!(
    /// Where an event takes place.
    Venue, max = 255, empty = false, lines = false);
text!(
    /// A person's name.
    PersonName, max = 100, empty = false, lines = false);
text!(
    /// Category of an event, by which lists are filtered.
    Category, max = 50, empty = false, lines = false);
text!(
    /// One tag of an event, by which lists are filtered.
    Tag, max = 30, empty = false, lines = false);
text!(
    /// Why an event was cancelled, for its registrants.
    CancelReason, max = 2_000, empty = false, lines = true);

text!(
    /// What an organizer announces.
    AnnouncementText, max = 2_000, empty = false, lines = true);

text!(
    /// A door of an event, as its staff call it.
    Gate,
    max = 50,
    empty = false,
    lines = false
);
text!(
    /// A device that scans tickets.
    DeviceId,
    max = 100,
    empty = false,
    lines = false
);
text!(
    /// One scan, named by the device that made it.
    ScanId,
    max = 64,
    empty = false,
    lines = false
);

/// The text in the place of the name of a person whose account is erased.
pub const ERASED_NAME: &str = "(erased)";

impl PersonName {
    /// The name in the place of the one of a person whose account is erased.
    #[must_use]
    pub fn erased() -> Self {
        Self(ERASED_NAME.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_nobody_is_a_name() {
        assert_eq!(PersonName::parse(ERASED_NAME), Ok(PersonName::erased()));
    }

    #[test]
    fn a_text_is_trimmed_and_composed() {
        assert_eq!(Title::parse("  Cafe\u{301} ").unwrap().as_str(), "Café");
        assert_eq!(Description::parse("").unwrap().as_str(), "");
        assert_eq!(Description::parse("a\nb").unwrap().as_str(), "a\nb");
    }

    #[test]
    fn limits_count_characters_not_bytes() {
        assert!(Title::parse(&"é".repeat(200)).is_ok());
        assert_eq!(Title::parse(&"é".repeat(201)), Err(TextError::TooLong(200)));
        assert_eq!(Title::parse(" \t "), Err(TextError::Empty));
    }

    #[test]
    fn what_could_deceive_a_reader_is_refused() {
        for wrong in [
            "a\u{0}b",
            "a\u{1b}[31m",
            "a\nb",
            "evil\u{202e}gpj.exe",
            "x\u{2066}y",
        ] {
            assert_eq!(
                Title::parse(wrong),
                Err(TextError::ForbiddenCharacter),
                "{wrong:?}"
            );
        }
    }
}
