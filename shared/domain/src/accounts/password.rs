//! Passwords: which passwords are accepted, and in what form they are hashed. This module does not hash passwords. Another
//! function of the deployment, which has enough memory, does that.
//!
//! A password is prepared as in RFC 8265 (`OpaqueString`): the text becomes NFC, and every kind of space becomes U+0020. So the
//! same keystrokes give the same password on every device, whether the device composes `é` or not. Until decision 17
//! (`docs/decisions/0017-addresses-and-passwords.md`) passwords were hashed as they were typed.
//!
//! The crate that implements the RFC has the tables of Unicode 6.3, like IANA's registry. For newer characters, this module
//! applies the RFC's categories to the tables of `icu_properties`. So a password may have the same characters as a name.

use std::sync::LazyLock;

use crate::invalid::{Reason, Refusal};

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup},
};
use precis_profiles::{
    OpaqueString,
    precis_core::{
        DerivedPropertyValue, FreeformClass, StringClass as _,
        profile::{Profile as _, Rules as _},
    },
};
use secrecy::{ExposeSecret as _, SecretString};

/// The reason why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The password has U+FFFD. A program put U+FFFD in place of each character that it could not read, so many different
    /// passwords would become equal.
    #[error("has characters that were lost on their way (U+FFFD): send the body in UTF-8")]
    Lost,
    /// The password has a character that RFC 8265 does not allow.
    #[error(
        "must not have control characters, invisible ones, or others that RFC 8265 does not allow"
    )]
    ForbiddenCharacter,
    /// The password has fewer or more characters than allowed.
    #[error("must have {min} to {max} characters", min = Password::MIN, max = Password::MAX)]
    Length,
    /// The password is a common password, which attackers try first.
    #[error("is too common; choose one that nobody would guess")]
    Common,
}

impl Refusal for PasswordError {
    fn reason(&self) -> Reason {
        match self {
            Self::Lost => Reason::LostCharacter,
            Self::ForbiddenCharacter => Reason::ForbiddenCharacter,
            Self::Length => Reason::Length {
                min: Password::MIN,
                max: Password::MAX,
            },
            Self::Common => Reason::CommonPassword,
        }
    }
}

/// A new password in its prepared form, which the policy has accepted. It is never printed.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// A password that a user typed to prove that they know the account's password. It is never printed.
#[derive(Debug, Clone)]
pub struct TypedPassword {
    /// The prepared form; `None` if the typed password has a character that is not allowed in a new password, or is empty.
    prepared: Option<SecretString>,
    /// The typed form; `None` if it is equal to the prepared form.
    raw: Option<SecretString>,
}

/// Common passwords of ten or more characters, in lower case, one on each line.
const COMMON: &str = include_str!("common_passwords.txt");

/// Returns the password as RFC 8265 prepares it; `None` if it has a character that is not allowed, or is empty.
fn prepared(raw: &SecretString) -> Option<SecretString> {
    static PROFILE: LazyLock<OpaqueString> = LazyLock::new(OpaqueString::new);
    let raw = raw.expose_secret();
    // Before the crate `precis-profiles` checks the password, the letter `a` replaces each character that is newer than its
    // tables. No rule of the RFC allows a character because its neighbour is an ASCII letter, so the check does not become
    // weaker.
    let known: String = raw
        .chars()
        .map(|c| if is_allowed_newer(c) { 'a' } else { c })
        .collect();
    PROFILE.prepare(known).ok()?;
    let spaced = PROFILE.additional_mapping_rule(raw).ok()?;
    let prepared = PROFILE.normalization_rule(spaced).ok()?;
    Some(prepared.into_owned().into())
}

/// Whether a character is missing in the tables of the crate `precis-profiles`, but is allowed by its category (RFC 8264,
/// 4.3.1): a letter, a digit, a mark, a symbol, a punctuation mark or a space.
fn is_allowed_newer(c: char) -> bool {
    let is_newer =
        || FreeformClass::default().get_value_from_char(c) == DerivedPropertyValue::Unassigned;
    let category = CodePointMapData::<GeneralCategory>::new();
    let is_allowed = || {
        [
            GeneralCategoryGroup::Letter,
            GeneralCategoryGroup::Mark,
            GeneralCategoryGroup::Number,
            GeneralCategoryGroup::Symbol,
            GeneralCategoryGroup::Punctuation,
        ]
        .iter()
        .any(|group| group.contains(category.get(c)))
    };
    let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    !c.is_ascii() && is_newer() && is_allowed() && !is_ignorable.contains(c)
}

/// Refuses a password that contains U+FFFD, because that character may have replaced any other character.
fn refuse_lost(raw: &SecretString) -> Result<(), PasswordError> {
    if raw.expose_secret().contains(char::REPLACEMENT_CHARACTER) {
        Err(PasswordError::Lost)
    } else {
        Ok(())
    }
}

impl Password {
    /// The minimum number of characters of a password in its prepared form (RFC 8265).
    pub const MIN: usize = 10;
    /// The maximum number of characters of a password in its prepared form. This maximum limits how much work it is to hash a
    /// password.
    pub const MAX: usize = 128;

    /// Parses a new password.
    ///
    /// # Errors
    /// The password has a character that is not allowed, or is too short, too long or too common.
    pub fn parse(raw: &SecretString) -> Result<Self, PasswordError> {
        refuse_lost(raw)?;
        if raw.expose_secret().is_empty() {
            return Err(PasswordError::Length);
        }
        let prepared = prepared(raw).ok_or(PasswordError::ForbiddenCharacter)?;
        let text = prepared.expose_secret();
        let length = text.chars().count();
        if !(Self::MIN..=Self::MAX).contains(&length) {
            return Err(PasswordError::Length);
        }
        let lower = text.to_lowercase();
        let repeats_one = lower.chars().all(|c| lower.starts_with(c));
        if repeats_one || COMMON.lines().any(|common| common == lower) {
            return Err(PasswordError::Common);
        }
        Ok(Self(prepared))
    }

    /// Returns the secret text of the password, for hashing.
    #[must_use]
    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

impl TypedPassword {
    /// Parses a password that is to be compared with an account's password.
    ///
    /// # Errors
    /// The password has U+FFFD, which stands for characters that a program could not read. Before decision 17
    /// (`docs/decisions`), a password with U+FFFD could be hashed, and several different passwords would match that hash.
    pub fn parse(raw: SecretString) -> Result<Self, PasswordError> {
        refuse_lost(&raw)?;
        let prepared = prepared(&raw);
        let is_prepared = prepared
            .as_ref()
            .is_some_and(|prepared| prepared.expose_secret() == raw.expose_secret());
        Ok(Self {
            prepared,
            raw: (!is_prepared).then_some(raw),
        })
    }

    /// Returns the forms of the password from which the account's hash may have been made. The prepared form comes first. If
    /// the typed form differs from it, the typed form follows, because typed forms were hashed until decision 17
    /// (`docs/decisions`). The number of forms depends only on the typed password.
    pub fn forms(&self) -> impl Iterator<Item = &SecretString> {
        self.prepared.iter().chain(&self.raw)
    }

    /// Returns the prepared form, from which a new hash should be made; `None` if the password has no prepared form.
    #[must_use]
    pub fn prepared(&self) -> Option<&SecretString> {
        self.prepared.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, PasswordError> {
        let password = Password::parse(&text.to_owned().into())?;
        Ok(password.into_secret().expose_secret().to_owned())
    }

    fn forms(text: &str) -> Vec<String> {
        let typed = TypedPassword::parse(text.to_owned().into()).unwrap();
        let forms = typed.forms().map(|form| form.expose_secret().to_owned());
        forms.collect()
    }

    #[test]
    fn length_and_commonness_decide() {
        let parse = |text: &str| parse(text).map(|_| ());
        assert_eq!(parse("correct horse battery"), Ok(()));
        assert_eq!(parse(""), Err(PasswordError::Length));
        assert_eq!(parse("123456789"), Err(PasswordError::Length));
        assert_eq!(parse(&"ab".repeat(65)), Err(PasswordError::Length));
        assert_eq!(parse("Password123"), Err(PasswordError::Common));
        assert_eq!(parse("aaaaaaaaaaaa"), Err(PasswordError::Common));
    }

    #[test]
    fn the_same_keys_give_the_same_password() {
        for (typed, expected) in [
            ("cafe\u{301} au lait", "café au lait"),
            ("café\u{a0}au\u{2003}lait", "café au lait"),
            ("\u{3000}correct horse ", " correct horse "),
            ("Correct Horse ☕", "Correct Horse ☕"),
        ] {
            assert_eq!(parse(typed).as_deref(), Ok(expected), "{typed:?}");
            assert_eq!(forms(typed)[0], expected);
            let by_the_crate = OpaqueString::new().enforce(typed).unwrap();
            assert_eq!(by_the_crate, expected);
        }
    }

    /// Characters that `precis-profiles` does not know are handled like the characters that it knows.
    #[test]
    fn characters_newer_than_the_tables_are_allowed_by_their_category() {
        for (newer, unicode) in [
            ("\u{1f973}", "11, a face"),
            ("\u{1fae0}", "14, a face"),
            ("\u{1fae8}", "15, a face"),
            ("\u{11b60}", "17, a sign"),
            ("\u{1c89}", "16, a letter"),
            ("\u{2ebf0}", "15.1, an ideograph"),
            ("\u{1df25}", "15, a letter"),
        ] {
            let typed = format!("correct\u{a0}horse {newer}");
            let expected = format!("correct horse {newer}");
            assert_eq!(parse(&typed).as_deref(), Ok(&*expected), "{unicode}");
            assert_eq!(forms(&typed)[0], expected, "{unicode}");
        }
        // The texts have an unassigned character, a character for private use, a noncharacter, and a zero-width joiner after a
        // character that is newer than the tables of `precis-profiles`.
        for wrong in ["\u{378}", "\u{e000}", "\u{ffff}", "\u{1fae8}\u{200d}x"] {
            let typed = format!("correct horse {wrong}");
            assert_eq!(
                parse(&typed),
                Err(PasswordError::ForbiddenCharacter),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn prepared_characters_are_counted() {
        // The first password has 128 letters in 256 characters; the last has 9 letters in 18 characters.
        assert!(parse(&"e\u{301}o\u{308}".repeat(64)).is_ok());
        assert_eq!(
            parse(&"e\u{301}o\u{308}".repeat(65)),
            Err(PasswordError::Length)
        );
        assert_eq!(
            parse(&"e\u{301}o\u{308}u\u{308}".repeat(3)),
            Err(PasswordError::Length)
        );
    }

    #[test]
    fn characters_that_nobody_can_type_are_refused() {
        for wrong in [
            "correct\u{0}horse",
            "correct\thorse",
            "correct horse\n",
            "correct\u{7f}horse",
            "correct\u{200b}horse",
            "correct\u{202e}horse",
            "correct\u{fdd0}horse",
        ] {
            assert_eq!(
                parse(wrong),
                Err(PasswordError::ForbiddenCharacter),
                "{wrong:?}"
            );
        }
    }

    /// `Grüße` and `Größe` in Latin-1 both become `Gr��e` when a program reads their bytes as UTF-8.
    #[test]
    fn a_password_whose_characters_were_lost_is_refused_wherever_it_is_typed() {
        let lost = || SecretString::from("Gr\u{fffd}\u{fffd}e aus Wien");
        assert_eq!(Password::parse(&lost()).err(), Some(PasswordError::Lost));
        assert_eq!(
            TypedPassword::parse(lost()).err(),
            Some(PasswordError::Lost)
        );
    }

    #[test]
    fn a_typed_password_has_a_second_form_where_it_is_not_prepared() {
        assert_eq!(forms("correct horse"), ["correct horse"]);
        assert_eq!(forms("cafe\u{301}"), ["café", "cafe\u{301}"]);
        // This is the password of an old account. It cannot be prepared, because it contains a tab.
        assert_eq!(forms("correct\thorse"), ["correct\thorse"]);
        assert_eq!(forms(""), [""]);
    }

    #[test]
    fn every_listed_password_could_be_typed() {
        for common in COMMON.lines() {
            assert!(
                common.chars().count() >= Password::MIN && common == common.to_lowercase(),
                "{common}"
            );
        }
    }

    proptest! {
        /// The owner of a password can sign in with the typed text and also with its prepared form.
        #[test]
        fn whoever_set_a_password_can_sign_in_with_it(text in "\\PC{0,40}|[a-zé\u{301}\u{a0} ]{8,20}") {
            if let Ok(set) = parse(&text) {
                prop_assert_eq!(&forms(&text)[0], &set);
                prop_assert_eq!(forms(&set), [set]);
            }
            let forms = forms(&text.replace('\u{fffd}', ""));
            prop_assert!((1..=2).contains(&forms.len()));
        }
    }
}
