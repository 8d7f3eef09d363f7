//! Folding: two spellings are the same text for a search or a filter if they are equal after folding.

use deunicode::deunicode_char;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};
use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};

/// Folds a text. Texts that differ only in case, accents or width become equal.
///
/// - Compatible characters become the same character (NFKD): `ﬁ` becomes `fi`, full-width `Ｃ` becomes `C`, and `e` with a
///   combining accent is the same as `é`.
/// - Case is folded as in Unicode, by the lower case of the upper case: `ß` and `ẞ` become `ss`, and `ς` becomes `σ`.
/// - Accents and the points of Hebrew, Arabic and Syriac are removed. Other marks count as letters (the vowels of Hindi and
///   Thai, the voicing of kana) and stay.
/// - Latin letters that Unicode does not decompose are replaced by the letters that `deunicode` has for them: `ł` becomes `l`,
///   and `æ` becomes `ae`.
/// - Apostrophes, quotation marks and default-ignorable characters are removed. Dashes and the minus sign become `-`, and the
///   slash of a fraction becomes `/` (`½` becomes `1/2`). White space becomes one space, and is removed at the ends. [`Sign`]
///   lists these signs.
///
/// ```
/// use domain::text::fold::fold;
/// assert_eq!(fold("Café  SOCIÉTÉ"), "cafe societe");
/// assert_eq!(fold("Straßenfest"), "strassenfest");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let base = text
        .chars()
        .filter(|c| !is_ignorable.contains(*c) && !is_spacing_accent(*c))
        .filter_map(typed)
        .nfkd()
        .filter(|c| !is_accent(*c))
        .filter_map(typed);
    let folded = base
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_accent(*c));
    let mut latin = String::with_capacity(text.len());
    for c in folded {
        match deunicode_char(c) {
            Some(letters) if is_latin_beyond_ascii(c) => {
                latin.extend(letters.chars().flat_map(char::to_lowercase));
            }
            _ => latin.push(c),
        }
    }
    let composed: String = latin.nfc().collect();
    let words: Vec<&str> = composed.split_whitespace().collect();
    words.join(" ")
}

/// Folds a text, but first replaces each letter that has two dots, a ring or a stroke by two letters. People whose keyboards do
/// not have such a letter type two letters instead: `Zürich` becomes `zuerich`. Returns `None` if the text has no such letter.
#[must_use]
pub fn fold_spelled_out(text: &str) -> Option<String> {
    let mut spelled = String::with_capacity(text.len() + 1);
    for c in text.nfc() {
        match c {
            'ä' | 'Ä' => spelled.push_str("ae"),
            'ö' | 'Ö' | 'ø' | 'Ø' => spelled.push_str("oe"),
            'ü' | 'Ü' => spelled.push_str("ue"),
            'å' | 'Å' => spelled.push_str("aa"),
            c => spelled.push(c),
        }
    }
    (spelled.len() != text.len() || spelled.is_ascii() != text.is_ascii()).then(|| fold(&spelled))
}

/// A sign that people type in several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// An apostrophe, a prime, a quotation mark, or a sign of the glottal stop: the okina, the saltillo, half rings.
    Quote,
    /// A dash, a hyphen or the minus sign.
    Dash,
    /// The slash of a fraction, or of a division.
    Slash,
}

impl Sign {
    /// Returns the sign that `c` represents. Signs are the characters that Unicode's data on look-alikes (UTS 39) equates with
    /// `'`, `''`, `-` or `/`, unless they are letters; every dash (category Pd); and U+02B9 to U+02C1, which are used in
    /// transliterations. A test compares this list with Unicode's data. The list is written here because the data need 150 kB.
    fn of(c: char) -> Option<Self> {
        match c {
            '\''
            | '"'
            | '`'
            | '\u{b4}'
            | '\u{2b9}'..='\u{2c1}'
            | '\u{2c8}'
            | '\u{2ca}'
            | '\u{2cb}'
            | '\u{2dd}'
            | '\u{2ee}'
            | '\u{2f4}'
            | '\u{2f6}'
            | '\u{374}'
            | '\u{384}'
            | '\u{55a}'
            | '\u{55b}'
            | '\u{55d}'
            | '\u{5f3}'
            | '\u{5f4}'
            | '\u{7f4}'
            | '\u{7f5}'
            | '\u{1cd3}'
            | '\u{1fbd}'
            | '\u{1fbf}'
            | '\u{1fef}'
            | '\u{1ffd}'
            | '\u{1ffe}'
            | '\u{2018}'
            | '\u{2019}'
            | '\u{201b}'..='\u{201d}'
            | '\u{201f}'
            | '\u{2032}'
            | '\u{2033}'
            | '\u{2035}'
            | '\u{2036}'
            | '\u{2cff}'
            | '\u{3003}'
            | '\u{a78b}'
            | '\u{a78c}'
            | '\u{ff02}'
            | '\u{ff07}'
            | '\u{ff40}'
            | '\u{1e94b}' => Some(Self::Quote),
            '\u{2d7}' | '\u{2212}' | '\u{2796}' | '\u{10191}' => Some(Self::Dash),
            '\u{2044}' | '\u{2215}' | '\u{27cb}' | '\u{29f8}' => Some(Self::Slash),
            c => {
                let category = CodePointMapData::<GeneralCategory>::new();
                (category.get(c) == GeneralCategory::DashPunctuation).then_some(Self::Dash)
            }
        }
    }
}

/// Returns the character that replaces `c` when a text is folded: a character that keyboards have. Returns `None` if `c` is
/// removed.
fn typed(c: char) -> Option<char> {
    match Sign::of(c) {
        Some(Sign::Quote) => None,
        Some(Sign::Dash) => Some('-'),
        Some(Sign::Slash) => Some('/'),
        None => Some(c),
    }
}

/// Whether `c` is a mark that is written above, below or through a letter, or a point of Hebrew, Arabic or Syriac. The
/// canonical combining class decides this (UAX 44, 5.7.4). The iota below a Greek vowel (class 240) is excluded, because it is
/// a letter in upper case.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=36 | 200..=239)
}

/// Whether `c` is an accent that stands alone, such as `´`. The compatibility form of such an accent is a space with a
/// combining accent.
fn is_spacing_accent(c: char) -> bool {
    !c.is_whitespace() && c.nfkd().next() == Some(' ')
}

/// Whether `c` is a letter of the Unicode blocks Latin-1 Supplement, Latin Extended-A or Latin Extended-B.
fn is_latin_beyond_ascii(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{24f}') && c.is_alphabetic()
}

#[cfg(test)]
mod tests {
    use icu_properties::props::GeneralCategory as Category;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_text_fold_alike() {
        for (folded, spellings) in [
            (
                "cafe societe",
                &["Café Société", "CAFE\u{301} societé", "ＣＡＦÉ  société "][..],
            ),
            (
                "strassenfest",
                &["Straßenfest", "STRASSENFEST", "STRAẞENFEST"],
            ),
            ("zurich", &["Zürich", "Zu\u{308}rich", "ZÜRICH", "zurich"]),
            ("lodz", &["Łódź", "łódź", "LODZ"]),
            ("tromso aero", &["Tromsø Ærø"]),
            ("istanbul", &["İstanbul", "ISTANBUL", "ıstanbul"]),
            ("nguyen dinh", &["Nguyễn Đình"]),
            (
                "obrien-nunez",
                &["O’Brien-Núñez", "o'brien\u{2010}nunez", "OʼBRIEN–NUÑEZ"],
            ),
            ("σοφοσ", &["Σοφός", "ΣΟΦΟΣ"]),
            ("ежик", &["Ёжик", "ежик"]),
            ("fin 1", &["ﬁn ①"]),
            ("שלום", &["שָׁלוֹם", "שלום"]),
            ("می خواهم", &["می خواهم"]),
            ("c++ & c#", &["C++ & C#"]),
            (
                "rocknroll",
                &[
                    "Rock'n'Roll",
                    "Rock‘n’Roll",
                    "Rock‛n‛Roll",
                    "RockʻnʼRoll",
                    "Rock`n´Roll",
                    "Rock′n‵Roll",
                    "Rock＇n׳Roll",
                    "Rock“n”Roll",
                    "Rock\"n״Roll",
                    "Rock″n‴Roll",
                    "RockʾnʿRoll",
                ],
            ),
            (
                "1/2 marathon",
                &[
                    "½ Marathon",
                    "1/2 marathon",
                    "１／２ marathon",
                    "1∕2 marathon",
                ],
            ),
            ("-5 °c", &["−5 °C", "-5 °c", "–5 °C", "－5 °C"]),
            ("", &["", "\u{200b}", " \u{301} ", "'"]),
        ] {
            for spelling in spellings {
                assert_eq!(fold(spelling), folded, "{spelling:?}");
            }
        }
    }

    /// The signs are the characters that UTS 39 equates with a sign of a keyboard, except letters of other scripts, such as
    /// Hebrew yod.
    #[test]
    fn signs_are_what_looks_like_a_sign_of_a_keyboard() {
        let category = CodePointMapData::<Category>::new();
        for c in '\0'..=char::MAX {
            let looks_like: String = unicode_security::skeleton(&c.to_string()).collect();
            let of = category.get(c);
            let is_symbol = matches!(
                of,
                Category::MathSymbol | Category::ModifierSymbol | Category::OtherSymbol
            );
            let is_letter = matches!(of, Category::OtherLetter | Category::SpacingMark);
            let expected = match looks_like.as_str() {
                "'" | "''" if !is_letter => Some(Sign::Quote),
                _ if ('\u{2b9}'..='\u{2c1}').contains(&c) => Some(Sign::Quote),
                "/" if of == Category::MathSymbol => Some(Sign::Slash),
                "-" if is_symbol => Some(Sign::Dash),
                _ if of == Category::DashPunctuation => Some(Sign::Dash),
                _ => None,
            };
            assert_eq!(Sign::of(c), expected, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn marks_that_make_another_letter_stay() {
        assert_ne!(fold("か"), fold("が"));
        assert_ne!(fold("दल"), fold("दिल"));
        assert_ne!(fold("กา"), fold("กู"));
        assert_eq!(fold("ｶﾞ"), fold("ガ"));
        assert_eq!(fold("한국"), "한국");
    }

    #[test]
    fn letters_are_spelled_out_as_people_type_them() {
        for (text, spelled) in [
            ("Zürich", Some("zuerich")),
            ("Zu\u{308}rich", Some("zuerich")),
            ("Über-ÖL", Some("ueber-oel")),
            ("Århus Tromsø", Some("aarhus tromsoe")),
            ("Straße", None),
            ("blues", None),
            ("", None),
        ] {
            assert_eq!(fold_spelled_out(text).as_deref(), spelled, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_folded_text_folds_to_itself(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn case_form_and_invisible_characters_do_not_count(text in "[\\p{Latin}\\p{Greek}\\p{Cyrillic} ]{0,20}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&text.nfd().collect::<String>()), &*folded);
            prop_assert_eq!(fold(&text.to_uppercase()), &*folded);
            prop_assert_eq!(fold(&text.to_lowercase()), &*folded);
            let scattered: String = text.chars().flat_map(|c| [c, '\u{200b}']).collect();
            prop_assert_eq!(fold(&scattered), folded);
        }
    }
}
