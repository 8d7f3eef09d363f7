//! Texts that people type. One parser is used for all of them.
//!
//! A parsed text is composed (NFC), has no white space or invisible characters at its ends, and has at least one visible
//! character. It has no control character, no direction control and no U+FFFD. [Decision
//! 16](../../../docs/decisions/0016-text-that-people-type.md) has the reasons.
//!
//! The modules here have further rules for texts: when a search treats two texts as equal ([`fold`]), the words of a search
//! ([`query`]), and how a text is exchanged with other programs: [JSON](json), [timestamps](timestamp) and cells of
//! [spreadsheets](spreadsheet).

mod character;
pub(crate) mod crockford;
pub mod fold;
pub mod json;
pub mod query;
pub mod spreadsheet;
pub mod timestamp;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::invalid::{Reason, Refusal};

pub(crate) use self::character::is_blank;
use self::character::{is_bidi_control, is_visible, selects_form_of};

/// The reason why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The text is empty, or has only ASCII spaces.
    #[error("must not be empty")]
    Empty,
    /// The text has only white space and invisible characters, but is not the case [`Self::Empty`], because not all of them are
    /// ASCII spaces.
    #[error("must have at least one visible character")]
    Invisible,
    /// The text has more characters than its field allows.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// The text has a control character, or a character that changes the direction of the characters after it.
    #[error("must not contain control or text-direction characters")]
    ForbiddenCharacter,
    /// The text has U+FFFD, which a decoder writes in place of bytes that it cannot read.
    #[error(
        "must not contain U+FFFD, which stands for a character that was lost: send the text in UTF-8"
    )]
    LostCharacter,
}

impl Refusal for TextError {
    fn reason(&self) -> Reason {
        match *self {
            Self::Empty => Reason::Empty,
            Self::Invisible => Reason::Invisible,
            Self::TooLong(max) => Reason::TooLong { max },
            Self::ForbiddenCharacter => Reason::ForbiddenCharacter,
            Self::LostCharacter => Reason::LostCharacter,
        }
    }
}

/// The rules for one kind of text.
#[derive(Clone, Copy)]
struct Form {
    /// The maximum number of characters of the text.
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

/// Returns the text without the blank characters at its ends. But keeps an invisible character that selects the form of the
/// character before it. Also keeps a direction control, so that the parser then refuses the text.
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
        // A byte order mark is forbidden inside a text. A text contains one if somebody joins two files.
        '\u{feff}' => true,
        c => c.is_control() || is_bidi_control(c),
    }
}

/// Declares a type for one kind of text. Its values are made from texts that somebody typed, by [`parse`], or from texts that
/// the table stores.
///
/// `stored_blank` replaces a stored text without visible characters, which older rules accepted. Without `stored_blank`, such a
/// text stays unchanged, because it identifies something.
macro_rules! text {
    (
        $(#[$doc:meta])* $name:ident, max = $max:literal, empty = $empty:literal, lines = $lines:literal
        $(, stored_blank = $blank:literal)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The maximum number of characters of a text of this kind.
            pub const MAX: usize = $max;

            /// Parses a text that somebody typed.
            ///
            /// # Errors
            /// The text is too long, shows nothing, or has a forbidden character.
            pub fn parse(raw: &str) -> Result<Self, TextError> {
                let form = Form { max: $max, may_be_empty: $empty, has_lines: $lines };
                parse(raw, form).map(Self)
            }

            /// Makes a value from a text that the table stores. The text was parsed before it was stored, but the rules may
            /// have been others at that time.
            #[must_use]
            pub fn from_stored(text: String) -> Self {
                $(if !text.chars().any(is_visible) {
                    return Self($blank.to_owned());
                })?
                Self(text)
            }

            /// Returns the text as a string.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// Reads a stored text with [`Self::from_stored`]. Requests are not read in this way, because their fields are strings,
        /// which are then parsed.
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
    /// The description of an event. It may be empty, and may have several lines.
    Description, max = 5_000, empty = true, lines = true);
text!(
    /// The venue of an event.
    Venue, max = 255, empty = false, lines = false, stored_blank = "(no venue)");
text!(
    /// A person's name.
    PersonName, max = 100, empty = false, lines = false, stored_blank = "(no name)");
text!(
    /// The category of an event. Lists of events can be filtered by it.
    Category, max = 50, empty = false, lines = false);
text!(
    /// One tag of an event. Lists of events can be filtered by it.
    Tag, max = 30, empty = false, lines = false);
text!(
    /// The description of a picture for people who do not see it.
    PictureDescription, max = 200, empty = true, lines = false);
text!(
    /// The reason that an organizer gives for the cancellation of an event. The registrants of the event can read it.
    CancelReason, max = 2_000, empty = false, lines = true);
text!(
    /// The reason that an organizer gives for taking away a registration. The registrant can read it.
    RemovalReason, max = 500, empty = false, lines = true);
text!(
    /// The text of an organizer's announcement.
    AnnouncementText, max = 2_000, empty = false, lines = true);
text!(
    /// The name that an event's staff use for one of its doors.
    Gate, max = 50, empty = false, lines = false);
text!(
    /// The id of a device that scans tickets.
    DeviceId, max = 100, empty = false, lines = false);
text!(
    /// The id of a scan. The scanning device chooses it.
    ScanId, max = 64, empty = false, lines = false);

/// The text that replaces a person's name when the account is erased.
pub const ERASED_NAME: &str = "(erased)";

impl PersonName {
    /// Returns the name that replaces a person's name when the account is erased.
    #[must_use]
    pub fn erased() -> Self {
        Self(ERASED_NAME.to_owned())
    }
}

#[cfg(test)]
mod tests;
