//! Folding: the rule by which two spellings are the same text to a search or a filter.

use deunicode::deunicode_char;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};
use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};

/// Characters that people type for an apostrophe.
const APOSTROPHES: [char; 5] = ['\'', '’', '‘', 'ʼ', '`'];

/// Folds a text: texts that differ in case, accents or width only are the same when folded.
///
/// - Compatible characters are one (NFKD): `ﬁ` is `fi`, full-width `Ｃ` is `C`, `e` with a combining accent is `é`.
/// - Case is folded as Unicode does it, by the lower case of the upper case: `ß` and `ẞ` are `ss`, `ς` is `σ`.
/// - Accents and the points of Hebrew, Arabic and Syriac are left out; other marks are letters (the vowels of Hindi and Thai, the
///   voicing of kana).
/// - Latin letters that Unicode takes apart no further become the letters that `deunicode` has for them: `ł` is `l`, `æ` is
///   `ae`.
/// - Apostrophes and default-ignorable characters are left out, dashes are `-`, white space is one space, none at the ends.
///
/// ```
/// use domain::fold::fold;
/// assert_eq!(fold("Café  SOCIÉTÉ"), "cafe societe");
/// assert_eq!(fold("Straßenfest"), "strassenfest");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let category = CodePointMapData::<GeneralCategory>::new();
    let base = text
        .chars()
        .filter(|c| !is_ignorable.contains(*c) && !is_spacing_accent(*c))
        .nfkd()
        .filter(|c| !is_accent(*c) && !APOSTROPHES.contains(c));
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
            _ if category.get(c) == GeneralCategory::DashPunctuation => latin.push('-'),
            _ => latin.push(c),
        }
    }
    let composed: String = latin.nfc().collect();
    let words: Vec<&str> = composed.split_whitespace().collect();
    words.join(" ")
}

/// Folds a text whose letters with two dots, a ring or a stroke are spelled with two letters, as people without such keys type
/// them: `Zürich` is `zuerich`. `None` if the text has no such letter.
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

/// True for a mark that is written above, below or through a letter, and for a point of Hebrew, Arabic or Syriac: by the
/// canonical combining classes of UAX 44, 5.7.4. The iota below a Greek vowel (240) is a letter in upper case.
fn is_accent(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=36 | 200..=239)
}

/// True for an accent that stands by itself, such as `´`, which compatibility takes for a space with an accent.
fn is_spacing_accent(c: char) -> bool {
    !c.is_whitespace() && c.nfkd().next() == Some(' ')
}

/// True for a letter of the blocks Latin-1 Supplement, Latin Extended-A and Latin Extended-B.
fn is_latin_beyond_ascii(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{24f}') && c.is_alphabetic()
}

#[cfg(test)]
mod tests {
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
            ("", &["", "\u{200b}", " \u{301} ", "'"]),
        ] {
            for spelling in spellings {
                assert_eq!(fold(spelling), folded, "{spelling:?}");
            }
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
