//! The visibility of a character to a reader, decided by its Unicode properties.
//!
//! The properties come from `icu_properties`, which the Unicode Consortium maintains.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BidiControl, DefaultIgnorableCodePoint, EmojiComponent, ExtendedPictographic,
        GeneralCategory, GeneralCategoryGroup, JoinControl, LineBreak, VariationSelector,
    },
};

/// Letters, numbers, punctuation and symbols. A mark is not visible without a base character. The other categories are
/// separators, controls, private and unassigned code points.
const GRAPHIC: GeneralCategoryGroup = GeneralCategoryGroup::Letter
    .union(GeneralCategoryGroup::Number)
    .union(GeneralCategoryGroup::Punctuation)
    .union(GeneralCategoryGroup::Symbol);

/// Characters that Unicode calls blank only in their names, without a property for it: the null notehead, and the two blanks of
/// Egyptian hieroglyphs.
const BLANK_BY_NAME: [char; 3] = ['\u{1d159}', '\u{13441}', '\u{13442}'];

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// True for a character that a reader sees if it stands alone.
pub(super) fn is_visible(c: char) -> bool {
    c.is_ascii_graphic() || (!c.is_ascii() && GRAPHIC.contains(category(c)) && !is_blank(c))
}

/// True for a character that at most occupies space: white space, default-ignorable characters, blank symbols.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || BLANK_BY_NAME.contains(&c)
        || is_blank_symbol(c)
}

/// True for a symbol that behaves as a space (the braille blank) or represents an object that is not there (U+FFFC), by its
/// line breaking class (UAX 14). The three other symbols of these classes are Tibetan signs that follow a word.
fn is_blank_symbol(c: char) -> bool {
    category(c) == GeneralCategory::OtherSymbol
        && matches!(
            CodePointMapData::<LineBreak>::new().get(c),
            LineBreak::BreakAfter | LineBreak::ContingentBreak
        )
}

/// True for a character that changes the direction of the characters after it, so that a name can look like another (Unicode TR
/// 36, 3.4).
pub(super) fn is_bidi_control(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

/// True for an invisible character that selects the form of `base`, which it follows: a variation selector of an
/// emoji, of an ideograph or of another letter without case, and the tags of a flag.
pub(super) fn selects_form_of(base: char, c: char) -> bool {
    let is_selector = CodePointSetData::new::<VariationSelector>().contains(c);
    if CodePointSetData::new::<ExtendedPictographic>().contains(base) {
        // Emoji components are selectors, tags and the joiner. The joiner joins nothing at an end.
        is_selector
            || (CodePointSetData::new::<EmojiComponent>().contains(c)
                && !CodePointSetData::new::<JoinControl>().contains(c))
    } else {
        is_selector && category(base) == GeneralCategory::OtherLetter
    }
}
