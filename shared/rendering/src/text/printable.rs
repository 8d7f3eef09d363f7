//! Converts texts into characters that the embedded fonts contain.

use deunicode::deunicode_char;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Transliterates all characters of a text that the fonts do not have. So no character is shown as an empty box, and no
/// character that can be read or pronounced is left out. If the result would be blank, question marks are returned, so that a
/// name is never an empty line.
pub(crate) fn printable(text: &str, has: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Whether the last word of the result is the transliteration of a character. A space must separate such a word from the
    // next word.
    let mut after_word = false;
    for c in text.nfc().filter(|c| is_space(*c) || !is_invisible(*c)) {
        if is_space(c) {
            out.push(' ');
            after_word = false;
        } else if has(c) {
            if after_word && c.is_alphanumeric() {
                out.push(' ');
            }
            out.push(c);
            after_word = false;
        } else {
            let latin = transliterate(c);
            let is_word = latin.ends_with(' ');
            if (is_word || after_word) && out.ends_with(|c: char| c.is_alphanumeric() || c == ':') {
                out.push(' ');
            }
            out.push_str(latin.trim_end());
            after_word = is_word;
        }
    }
    if out.trim().is_empty() {
        let shown = text.chars().filter(|c| !is_space(*c) && !is_invisible(*c));
        return shown.map(|_| '?').collect();
    }
    out
}

/// Returns the replacement for a character that the fonts do not have. The replacement ends with a space if it is a separate
/// word.
fn transliterate(c: char) -> String {
    match deunicode_char(c) {
        // Deunicode drops the letter alef, which only carries a vowel at the start of an Arabic word. In a name, the letter
        // must not be missing.
        _ if c == 'ا' => "a".to_owned(),
        Some(latin) if is_pictogram(c) && latin.trim_end().len() > 1 => {
            format!(":{}: ", latin.trim_end().replace(' ', "-"))
        }
        Some("") if is_combining_mark(c) || c.is_alphabetic() => String::new(),
        Some("") | None => "?".to_owned(),
        Some(latin) => latin.to_owned(),
    }
}

fn is_space(c: char) -> bool {
    // A line must not be broken at a no-break space, so this character does not count as a space.
    c.is_whitespace() && c != '\u{a0}'
}

/// Returns whether a character is invisible by itself: control characters, soft hyphen, joiners, direction marks, variation
/// selectors, skin tones, and tags (Unicode 16, `Default_Ignorable_Code_Point`, and modifiers of emoji).
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns whether a character is a symbol, a dingbat or an emoji.
pub(crate) fn is_pictogram(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::face::{Faces, Weight},
        *,
    };

    fn shown(text: &str) -> String {
        let faces = Faces::load().unwrap();
        printable(text, |c| faces.of(Weight::Regular).has(c))
    }

    #[test]
    fn what_the_fonts_have_stays() {
        for text in [
            "Łukasz Ñandú",
            "Ἀθηνᾶ Παπαδοπούλου",
            "Юрій Ґудзь",
            "Nguyễn Thị Ánh",
            "– „Ça va?“ €5",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("Cafe\u{301}"), "Café");
    }

    #[test]
    fn what_they_lack_is_transliterated() {
        assert_eq!(shown("Łukasz Ñandú 李"), "Łukasz Ñandú Li");
        assert_eq!(shown("李小龙"), "Li Xiao Long");
        assert_eq!(shown("Foo李bar, 李!"), "Foo Li bar, Li!");
        assert_eq!(shown("김민준"), "gimminjun");
        assert_eq!(shown("שלום"), "shlvm");
        assert_eq!(shown("أحمد باسم"), "'Hmd basm");
        assert_eq!(shown("ﬁn ①"), "fin 1");
    }

    #[test]
    fn pictograms_are_named() {
        assert_eq!(shown("Party 🎉🎉!"), "Party :tada: :tada:!");
        assert_eq!(shown("⚽️ Cup"), ":soccer: Cup");
        assert_eq!(shown("♥"), ":hearts:");
        assert_eq!(shown("👍🏽👩‍🚀"), ":+1: :woman: :rocket:");
        assert_eq!(shown("🇩🇪"), "DE");
    }

    #[test]
    fn nothing_visible_is_dropped() {
        assert_eq!(shown("a\u{e000}b\u{10ffff}"), "a?b?");
        assert_eq!(shown("a\u{200d}\u{202e}b\u{0}\n c"), "ab  c");
    }

    #[test]
    fn no_character_that_is_shown_elsewhere_becomes_an_empty_line() {
        // These texts have no transliteration: a mark for a long vowel, a consonant that is not pronounced, and a combining
        // mark without a letter.
        assert_eq!(shown("ー"), "?");
        assert_eq!(shown(" ㅇㅇ "), "??");
        assert_eq!(shown(""), "");
        // The loop covers two planes of Unicode, which contain most scripts and all pictograms.
        let faces = Faces::load().unwrap();
        for c in ('\0'..'\u{20000}').filter(|c| !is_space(*c) && !is_invisible(*c)) {
            let shown = printable(c.encode_utf8(&mut [0; 4]), |c| {
                faces.of(Weight::Regular).has(c)
            });
            assert!(!shown.trim().is_empty(), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn every_character_shown_is_in_the_fonts(text in any::<String>()) {
            let faces = Faces::load().unwrap();
            let shown = shown(&text);
            prop_assert!(shown.chars().all(|c| faces.of(Weight::Bold).has(c)), "{shown:?}");
        }
    }
}
