//! Makes texts safe in files that a spreadsheet program opens.

use unicode_normalization::UnicodeNormalization as _;

use crate::text::is_blank;

/// Returns the text in a form in which no spreadsheet program reads any part of it as a formula, whatever character separates
/// cells in that program.
///
/// A cell begins at the start of the text, and after each comma, semicolon, tab, bar or line end in it, because spreadsheet
/// programs of some locales separate cells there even inside quotation marks. A cell that begins like a formula gets an
/// apostrophe in front, because spreadsheet programs read a cell with an apostrophe in front as text. Width and other
/// compatible forms make no difference (`＝` counts as `=`), and neither do blank characters in front.
///
/// ```
/// use domain::text::spreadsheet::disarmed;
/// assert_eq!(disarmed("=1+1"), "'=1+1");
/// assert_eq!(disarmed("Ada;=1+1"), "Ada;'=1+1");
/// assert_eq!(disarmed("Ada = Lovelace"), "Ada = Lovelace");
/// ```
#[must_use]
pub fn disarmed(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    // The position at which the present cell begins. It is `None` after the first visible character of the cell.
    let mut blank_cell = Some(0);
    for c in text.chars() {
        if ends_cell(c) {
            safe.push(c);
            blank_cell = Some(safe.len());
            continue;
        }
        if let Some(start) = blank_cell
            && begins_formula(c)
        {
            safe.insert(start, '\'');
        }
        if !is_blank(c) {
            blank_cell = None;
        }
        safe.push(c);
    }
    // In some programs, a tab or a line end at the beginning of the text is enough to begin a formula.
    if safe.starts_with(['\t', '\r', '\n']) {
        safe.insert(0, '\'');
    }
    safe
}

/// Whether a spreadsheet program may begin another cell at this character. That depends on the program's locale, and on whether
/// the program respects quotation marks.
fn ends_cell(c: char) -> bool {
    c.is_control() || matches!(c, ',' | ';' | '|' | '\u{2028}' | '\u{2029}')
}

/// Whether a formula can begin with this character, or with a compatible form of it.
fn begins_formula(c: char) -> bool {
    matches!(
        c.nfkd().next(),
        Some('=' | '+' | '-' | '\u{2212}' | '\u{2010}' | '@')
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_texts() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            (
                "=HYPERLINK(\"http://x\",\"y\")",
                "'=HYPERLINK(\"http://x\",\"y\")",
            ),
            ("+49 1", "'+49 1"),
            ("-Karl", "'-Karl"),
            ("@home", "'@home"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("﹣1", "'﹣1"),
            ("＠SUM(A1)", "'＠SUM(A1)"),
            ("⁼1", "'⁼1"),
            ("−1", "'−1"),
            (" =1", "' =1"),
            ("\u{a0}\u{200b}\u{3000}=1", "'\u{a0}\u{200b}\u{3000}=1"),
            ("\t=1", "'\t'=1"),
            ("\rAda", "'\rAda"),
            ("Ada;=cmd|'/c calc'!A0;", "Ada;'=cmd|'/c calc'!A0;"),
            ("Ada,\t @x", "Ada,\t' @x"),
            ("Ada|-1\n+2", "Ada|'-1\n'+2"),
        ] {
            assert_eq!(disarmed(text), expected);
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "",
            "Ada = Lovelace",
            "Karl-Heinz",
            "ada+list@example.org",
            "O’Brien, Jr.; MD",
            "'quoted'",
            "José 👩\u{200d}👧",
            "2027-05-01T18:00:00.000Z",
            "7K3M-9QXT-2BVD",
        ] {
            assert_eq!(disarmed(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_cell_begins_like_a_formula(text in "[a=+@＝,;|\t\r\n \u{a0}\"'-]{0,12}") {
            let safe = disarmed(&text);
            for cell in safe.split(ends_cell) {
                let first = cell.trim_start_matches(is_blank).chars().next();
                prop_assert!(!first.is_some_and(begins_formula), "{safe:?}");
            }
            // `safe` contains every character of `text`, in the same order.
            let mut rest = safe.chars();
            prop_assert!(text.chars().all(|c| rest.any(|kept| kept == c)));
        }
    }
}
