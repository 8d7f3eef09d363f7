//! Texts that people type: one parser for all of them.
//!
//! A text is composed (NFC), has no white space or invisible characters at its ends, and shows something. It has no control
//! character, no direction control and no U+FFFD. [Decision 16](../../../docs/decisions/0016-text-that-people-type.md) has the
//! reasons.
//!
//! Other modules have rules for texts as such: when a search takes two for the same ([`fold`]), and how a text is exchanged
//! with other programs: [JSON](json), [timestamps](timestamp) and cells of [spreadsheets](spreadsheet).

mod character;
pub(crate) mod crockford;
pub mod fold;
pub mod json;
pub mod spreadsheet;
pub mod timestamp;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::UnicodeNormalization as _;

pub(crate) use self::character::is_blank;
use self::character::{is_bidi_control, is_visible, selects_form_of};

/// The reason why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The text has nothing but ASCII spaces.
    #[error("must not be empty")]
    Empty,
    /// The text has nothing but other white space and invisible characters.
    #[error("must have at least one visible character")]
    Invisible,
    /// The text has more characters than the field holds.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// The text has a control character, or one that changes the direction of the characters after it.
    #[error("must not contain control or text-direction characters")]
    ForbiddenCharacter,
    /// The text has U+FFFD, by which a decoder replaces what it cannot read.
    #[error(
        "must not contain U+FFFD, which stands for a character that was lost: send the text in UTF-8"
    )]
    LostCharacter,
}

/// The rules for one kind of text.
#[derive(Clone, Copy)]
struct Form {
    /// The maximum number of characters.
    max: usize,
    /// Whether the text may be empty.
    may_be_empty: bool,
    /// Whether the text may have several lines.
    has_lines: bool,
}

/// Parses a text that somebody typed.
fn parse(raw: &str, form: Form) -> Result<String, TextError> {
    let composed: String = raw.nfc().collect();
    let text = trim(&composed);
    if text.chars().any(|c| is_forbidden(c, form.has_lines)) {
        Err(TextError::ForbiddenCharacter)
    } else if text.contains(char::REPLACEMENT_CHARACTER) {
        Err(TextError::LostCharacter)
    } else if text.is_empty() && form.may_be_empty && raw.chars().all(char::is_whitespace) {
        Ok(String::new())
    } else if raw.trim_ascii().is_empty() {
        Err(TextError::Empty)
    } else if !text.chars().any(is_visible) {
        Err(TextError::Invisible)
    } else if text.chars().count() > form.max {
        Err(TextError::TooLong(form.max))
    } else {
        Ok(text.to_owned())
    }
}

/// Returns the text without the blank characters at its ends. A selector stays with the character whose form it selects. A
/// direction control stays, so that it is refused.
fn trim(text: &str) -> &str {
    let is_trimmed = |c: char| is_blank(c) && !is_bidi_control(c);
    let text = text.trim_start_matches(is_trimmed);
    let core = text.trim_end_matches(is_trimmed);
    let Some(base) = core.chars().next_back() else {
        return core;
    };
    let selectors = text[core.len()..]
        .chars()
        .take_while(|c| selects_form_of(base, *c));
    &text[..core.len() + selectors.map(char::len_utf8).sum::<usize>()]
}

fn is_forbidden(c: char, has_lines: bool) -> bool {
    match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => !has_lines,
        // A byte order mark inside a text is left over from joined files.
        '\u{feff}' => true,
        c => c.is_control() || is_bidi_control(c),
    }
}

/// Declares a kind of text: a type that is made by [`parse`] from typed text, or from stored text.
///
/// `stored_blank` replaces a text that shows nothing and was stored before such texts were refused. Without it, such a text
/// stays as it is, because it identifies something.
macro_rules! text {
    (
        $(#[$doc:meta])* $name:ident, max = $max:literal, empty = $empty:literal, lines = $lines:literal
        $(, stored_blank = $blank:literal)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The maximum number of characters.
            pub const MAX: usize = $max;

            /// Parses a text that somebody typed.
            ///
            /// # Errors
            /// The text is too long, shows nothing, or has a forbidden character.
            pub fn parse(raw: &str) -> Result<Self, TextError> {
                let form = Form { max: $max, may_be_empty: $empty, has_lines: $lines };
                parse(raw, form).map(Self)
            }

            /// Takes a text that was parsed before it was stored, perhaps by an older rule.
            #[must_use]
            pub fn from_stored(text: String) -> Self {
                $(if !text.chars().any(is_visible) {
                    return Self($blank.to_owned());
                })?
                Self(text)
            }

            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// Reads a stored text, see [`Self::from_stored`]. A request has strings instead, which are parsed.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(stored: D) -> Result<Self, D::Error> {
                String::deserialize(stored).map(Self::from_stored)
            }
        }
    };
}

text!(
    /// The title of an event.
    Title, max = 200, empty = false, lines = false, stored_blank = "(untitled)");
text!(
    /// The description of an event: it may be empty, and may have several lines.
    Description, max = 5_000, empty = true, lines = true);
text!(
    /// The venue of an event.
    Venue, max = 255, empty = false, lines = false, stored_blank = "(no venue)");
text!(
    /// A person's name.
    PersonName, max = 100, empty = false, lines = false, stored_blank = "(no name)");
text!(
    /// The category of an event, by which lists are filtered.
    Category, max = 50, empty = false, lines = false);
text!(
    /// One tag of an event, by which lists are filtered.
    Tag, max = 30, empty = false, lines = false);
text!(
    /// The reason why an event was cancelled, for its registrants.
    CancelReason, max = 2_000, empty = false, lines = true);
text!(
    /// An announcement of an organizer.
    AnnouncementText, max = 2_000, empty = false, lines = true);
text!(
    /// A door of an event, as its staff call it.
    Gate, max = 50, empty = false, lines = false);
text!(
    /// A device that scans tickets.
    DeviceId, max = 100, empty = false, lines = false);
text!(
    /// The id of one scan, chosen by the device that made it.
    ScanId, max = 64, empty = false, lines = false);

/// The text that replaces the name of a person whose account is erased.
pub const ERASED_NAME: &str = "(erased)";

impl PersonName {
    /// Returns the name that replaces a person's name if the account is erased.
    #[must_use]
    pub fn erased() -> Self {
        Self(ERASED_NAME.to_owned())
    }
}

#[cfg(test)]
mod tests;
