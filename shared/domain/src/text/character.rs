//! Decides whether a reader can see a character, from its Unicode properties.
//!
//! The properties come from `icu_properties`, which the Unicode Consortium maintains.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BidiControl, DefaultIgnorableCodePoint, EmojiComponent, ExtendedPictographic,
        GeneralCategory, GeneralCategoryGroup, JoinControl, LineBreak, VariationSelector,
    },
};

/// The categories of visible characters: letters, numbers, punctuation and symbols. A mark is not visible without a base
/// character. All other categories are separators, controls, private and unassigned code points.
const GRAPHIC: GeneralCategoryGroup = GeneralCategoryGroup::Letter
    .union(GeneralCategoryGroup::Number)
    .union(GeneralCategoryGroup::Punctuation)
    .union(GeneralCategoryGroup::Symbol);

/// Characters that are blank according to their Unicode name, but have no property that shows it: the null notehead, and the
/// two blanks of Egyptian hieroglyphs.
const BLANK_BY_NAME: [char; 3] = ['\u{1d159}', '\u{13441}', '\u{13442}'];

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// Whether a reader sees the character when it stands alone.
pub(super) fn is_visible(c: char) -> bool {
    c.is_ascii_graphic() || (!c.is_ascii() && GRAPHIC.contains(category(c)) && !is_blank(c))
}

/// Whether the character shows nothing, or only a space: white space, default-ignorable characters and blank symbols.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || BLANK_BY_NAME.contains(&c)
        || is_blank_symbol(c)
}

/// Whether the character is a symbol that acts as a space (the braille blank) or stands for a missing object (U+FFFC). The line
/// breaking class decides this (UAX 14). The two classes that this function tests contain three symbols that do neither:
/// Tibetan signs that are written after a word.
fn is_blank_symbol(c: char) -> bool {
    category(c) == GeneralCategory::OtherSymbol
        && matches!(
            CodePointMapData::<LineBreak>::new().get(c),
            LineBreak::BreakAfter | LineBreak::ContingentBreak
        )
}

/// Whether the character changes the direction of the characters after it. With such a character, one name could look like
/// another (Unicode TR 36, 3.4).
pub(super) fn is_bidi_control(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

/// Whether `c` is an invisible character that selects the form of `base`, the character before it. Such characters are the
/// variation selectors of an emoji, an ideograph or another letter without case, and the tags of a flag.
pub(super) fn selects_form_of(base: char, c: char) -> bool {
    let is_selector = CodePointSetData::new::<VariationSelector>().contains(c);
    if CodePointSetData::new::<ExtendedPictographic>().contains(base) {
        // Among the emoji components are selectors, tags and the joiner. The joiner is excluded, because at the end of a text
        // it joins nothing.
        is_selector
            || (CodePointSetData::new::<EmojiComponent>().contains(c)
                && !CodePointSetData::new::<JoinControl>().contains(c))
    } else {
        is_selector && category(base) == GeneralCategory::OtherLetter
    }
}
