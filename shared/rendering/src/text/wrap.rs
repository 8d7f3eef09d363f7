//! Breaks texts into lines that fit into a column.

use super::face::Face;

const ELLIPSIS: char = '…';

/// The width of a column, and the rules for texts that are too long for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// The width of the column, in the unit of the font sizes.
    pub(crate) width: f32,
    /// The allowed font sizes, the preferred size first. A text gets the first size at which it fits into
    /// `max_lines`.
    pub(crate) sizes: &'static [f32],
    /// The maximum number of lines of a text. If the text does not fit even at the last size, an ellipsis replaces its end.
    pub(crate) max_lines: usize,
}

/// Returns the font size at which a text fits into the column, and the lines of the text. If the text does not fit even at the
/// last size, an ellipsis replaces its end.
pub(crate) fn fit(face: &Face, text: &str, column: Column) -> (f32, Vec<String>) {
    if let Some(whole) = fit_whole(face, text, column) {
        return whole;
    }
    let size = column.sizes.last().copied().unwrap_or_default();
    let mut lines = wrap(face, text, size, column.width);
    lines.truncate(column.max_lines);
    if let Some(last) = lines.last_mut() {
        while face.width(last, size) + face.advance(ELLIPSIS) * size > column.width {
            last.pop();
        }
        last.truncate(last.trim_end().len());
        last.push(ELLIPSIS);
    }
    (size, lines)
}

/// Does the same as [`fit`], but returns `None` if the whole text does not fit even at the last size.
pub(crate) fn fit_whole(face: &Face, text: &str, column: Column) -> Option<(f32, Vec<String>)> {
    column.sizes.iter().find_map(|&size| {
        let lines = wrap(face, text, size, column.width);
        (lines.len() <= column.max_lines).then_some((size, lines))
    })
}

/// Breaks a text into lines at spaces. A word that is wider than a line is broken too.
fn wrap(face: &Face, text: &str, size: f32, width: f32) -> Vec<String> {
    let space = face.advance(' ') * size;
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            if used + space + face.width(word, size) <= width {
                line.push(' ');
                used += space;
            } else {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
        }
        for c in word.chars() {
            // A combining mark has no width, so it always fits into the line of the letter to which it belongs.
            let advance = face.advance(c) * size;
            if advance > 0.0 && used + advance > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push(c);
            used += advance;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::face::{Faces, Weight},
        *,
    };

    const COLUMN: Column = Column {
        width: 100.0,
        sizes: &[20.0, 10.0],
        max_lines: 2,
    };

    fn fitted(text: &str) -> (f32, Vec<String>) {
        fit(Faces::load().unwrap().of(Weight::Regular), text, COLUMN)
    }

    #[test]
    fn a_short_text_is_large() {
        assert_eq!(fitted("Rust"), (20.0, vec!["Rust".to_owned()]));
        assert_eq!(fitted("").1, Vec::<String>::new());
    }

    #[test]
    fn a_long_text_wraps_then_shrinks_then_ends() {
        assert_eq!(fitted("Rust in Berlin").1, ["Rust in", "Berlin"]);
        assert_eq!(
            fitted("Rust and friends in Berlin"),
            (
                10.0,
                vec!["Rust and friends in".to_owned(), "Berlin".to_owned()]
            )
        );
        assert_eq!(
            fitted("Rust and friends in Berlin meet on Saturday").1,
            ["Rust and friends in", "Berlin meet on…"]
        );
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken() {
        assert_eq!(
            fitted(&"W".repeat(12)),
            (10.0, vec!["W".repeat(10), "W".repeat(2)])
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_too_wide(text in "[ -~ÀŁω]{0,120}") {
            let faces = Faces::load().unwrap();
            let face = faces.of(Weight::Regular);
            let lines = wrap(face, &text, 12.0, 90.0);
            prop_assert!(lines.iter().all(|line| face.width(line, 12.0) <= 90.01));
            prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));

            let (size, lines) = fitted(&text);
            prop_assert!(lines.len() <= COLUMN.max_lines);
            prop_assert!(lines.iter().all(|line| face.width(line, size) <= COLUMN.width + 0.01));
        }
    }
}
