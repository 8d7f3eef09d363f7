//! Removes characters that control how a text is shown.

/// Returns the text as one line. Line breaks become spaces, and repeated spaces become one space.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text
        .split(|c| c == ' ' || is_break(c))
        .map(|word| word.replace(is_acting, ""))
        .filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word);
    }
    out
}

/// Returns the lines of the text. Several empty lines in a row become one empty line.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n");
    let mut lines: Vec<String> = Vec::new();
    for raw in text.split(|c| c != '\t' && is_break(c)) {
        let line = raw.replace('\t', " ").replace(is_acting, "");
        let line = line.trim_end();
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line.to_owned());
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Whether a character is white space other than a space: it ends a line or, like a tab, moves to another position in the line.
fn is_break(c: char) -> bool {
    matches!(c, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character is a control character, or can make one text look like another (Unicode TR 36, 3.4). The text types of
/// the crate `domain` refuse the same characters.
fn is_acting(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line() {
        for (text, expected) in [
            ("Rust in Berlin", "Rust in Berlin"),
            ("a\r\nBcc: eve@example.org", "a Bcc: eve@example.org"),
            (" a\u{2028}b\u{85}c\u{0}d \u{202e} \u{7f}e\u{b}", "a b cd e"),
            ("👩\u{200d}🚀 م\u{200c}ن", "👩\u{200d}🚀 م\u{200c}ن"),
            ("\r\n\u{0}", ""),
        ] {
            assert_eq!(line(text), expected);
        }
    }

    #[test]
    fn lines_are_kept_and_blank_ones_are_single() {
        assert_eq!(
            lines("\n\n a\r\n\tb \u{202e}\r\r\r\u{0}\n\nc\u{2029}d\n\n"),
            [" a", " b", "", "c", "d"]
        );
        assert!(lines(" \n\u{0}").is_empty());
    }
}
