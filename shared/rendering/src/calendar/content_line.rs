//! Writes the lines of an iCalendar file, escaped and folded (RFC 5545, 3.1 and 3.3).

use std::fmt::Write as _;

/// The maximum number of octets in a line, without the line break (RFC 5545, 3.1).
const MAX_LINE_OCTETS: usize = 75;

/// The lines of an iCalendar file after folding. Each line ends with CR LF.
#[derive(Default)]
pub(super) struct ContentLines(String);

impl ContentLines {
    /// Appends the line `name:value`. The caller has already escaped both parts.
    pub(super) fn push(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if octets + c.len_utf8() > MAX_LINE_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(c);
            octets += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// Returns a value of type TEXT (RFC 5545, 3.3.11).
///
/// Every character that Unicode treats as the end of a line is escaped as a line break, because some parsers also split lines
/// at these characters.
pub(super) fn text_value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => value.push_str("\\n"),
            '\t' => value.push(c),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    value
}

/// Returns a parameter value in double quotes (RFC 5545, 3.2). The value cannot contain double quotes, so they become single
/// quotes.
pub(super) fn parameter_value(text: &str) -> String {
    let inner = text.chars().filter_map(|c| match c {
        '"' => Some('\''),
        '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    });
    std::iter::once('"').chain(inner).chain(['"']).collect()
}

/// Returns a value of type URI. Characters that are not allowed in a URI are percent-encoded (RFC 3986, 2).
pub(super) fn uri_value(uri: &str) -> String {
    percent_encode(uri, |byte| {
        byte.is_ascii_graphic() && !br#"<>"\^`{|}"#.contains(&byte)
    })
}

/// Returns the `mailto:` URI of an e-mail address (RFC 6068, 2).
pub(super) fn mailto(email: &str) -> String {
    let address = percent_encode(email, |byte| {
        byte.is_ascii_alphanumeric() || b"-._~!$'*+@:".contains(&byte)
    });
    format!("mailto:{address}")
}

fn percent_encode(text: &str, is_allowed: impl Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_allowed(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_and_pages_cannot_leave_their_line() {
        assert_eq!(mailto("ada@example.org"), "mailto:ada@example.org");
        assert_eq!(
            mailto("a?cc=b\r\nX:1@example.org"),
            "mailto:a%3Fcc%3Db%0D%0AX:1@example.org"
        );
        assert_eq!(
            uri_value("https://example.org/e?a=1&b=%20#x\r\nX:1"),
            "https://example.org/e?a=1&b=%20#x%0D%0AX:1"
        );
    }

    #[test]
    fn a_name_stays_within_its_quotes() {
        assert_eq!(
            parameter_value("Ada \"A\";X=1:\r\nb,c"),
            r#""Ada 'A';X=1:b,c""#
        );
    }

    proptest! {
        #[test]
        fn a_folded_line_is_short_whole_and_unfolds(name in "[A-Z]{1,20}", value in "\\PC{0,400}") {
            let mut lines = ContentLines::default();
            lines.push(&name, &value);
            let folded = lines.into_string();

            let physical: Vec<&str> = folded.strip_suffix("\r\n").unwrap().split("\r\n").collect();
            prop_assert!(physical.iter().all(|line| line.len() <= MAX_LINE_OCTETS));
            prop_assert!(physical[1..].iter().all(|line| line.starts_with(' ') && line.len() > 1));
            // Each folded line is as long as possible: the first character of the next line would not have fitted into it.
            prop_assert!(physical.iter().rev().skip(1).all(|line| line.len() > MAX_LINE_OCTETS - 4));
            prop_assert_eq!(folded.replace("\r\n ", ""), format!("{name}:{value}\r\n"));
        }

        #[test]
        fn an_escaped_text_has_no_line_end_and_reads_back(text in any::<String>()) {
            let value = text_value(&text);
            let ends_a_line = |c: char| c != '\t' && (c.is_control() || ['\u{2028}', '\u{2029}'].contains(&c));
            prop_assert!(!value.contains(ends_a_line));
            prop_assert_eq!(unescape(&value), readable(&text));
        }
    }

    /// Returns the text without characters that the escaping may change: the kinds of line breaks, and control characters.
    fn readable(text: &str) -> String {
        text.replace("\r\n", "\n")
            .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n")
            .replace(|c: char| c.is_control() && !"\n\t".contains(c), "")
    }

    fn unescape(value: &str) -> String {
        let mut text = String::new();
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            text.push(match c {
                '\\' => match chars.next().unwrap() {
                    'n' => '\n',
                    c @ ('\\' | ';' | ',') => c,
                    c => panic!("\\{c} is no escape"),
                },
                c => c,
            });
        }
        text
    }
}
