//! Makes text from other sources safe for a terminal.

/// Returns the text with all control characters replaced, except line breaks and tabs. A terminal would obey control
/// characters.
pub(crate) fn printable(text: &str) -> String {
    let allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    let shown = |c: char| if allowed(c) { c } else { '\u{fffd}' };
    text.chars().map(shown).collect()
}

/// Replaces control characters as `printable` does, and makes the text one line.
pub(crate) fn one_line(text: &str) -> String {
    printable(&text.replace("\r\n", "\n")).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_line_ends_do_not_pass() {
        assert_eq!(printable("red \u{1b}[31m\n"), "red \u{fffd}[31m\n");
        assert_eq!(one_line("a\r\nb\tc\u{7}"), "a b c\u{fffd}");
    }
}
