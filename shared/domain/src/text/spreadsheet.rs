//! Texts in files that a spreadsheet opens.

use unicode_normalization::UnicodeNormalization as _;

use crate::text::is_blank;

/// Disarms formulas: no spreadsheet reads a part of the text as a formula, at whichever character it ends a cell.
///
/// A cell begins with the text, and after each comma, semicolon, tab, bar or line end in it, because spreadsheets of some
/// locales split there even within quotation marks. A cell that begins like a formula gets an apostrophe in front, by which
/// spreadsheets mark texts. Width and other compatible forms make no difference (`＝` is `=`), nor do blank characters in front.
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
    // The beginning of the present cell, as long as it has shown nothing.
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
    // A leading tab or line end alone begins a formula in some spreadsheets.
    if safe.starts_with(['\t', '\r', '\n']) {
        safe.insert(0, '\'');
    }
    safe
}

/// True for a character at which a spreadsheet begins another cell: one of some locale, or one that ignores quotation marks.
fn ends_cell(c: char) -> bool {
    c.is_control() || matches!(c, ',' | ';' | '|' | '\u{2028}' | '\u{2029}')
}

/// True for the characters with which a formula begins, in each of their compatible forms.
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
            // Nothing is lost.
            let mut rest = safe.chars();
            prop_assert!(text.chars().all(|c| rest.any(|kept| kept == c)));
        }
    }
}
