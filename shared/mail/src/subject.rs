//! The subject of a mail as a header.

use email_encoding::headers::{rfc2047, writer::EmailWriter};
use lettre::message::header::{Header, HeaderName, HeaderValue, Subject};

/// The maximum length, in octets, of a word that the subject contains without encoding. With this limit, a line that contains
/// the word stays short (RFC 5322, 2.1.1: 78 octets).
const MAX_WORD_OCTETS: usize = 60;

/// Returns the header `Subject` for one line of text without control characters.
///
/// The header uses encoded words (RFC 2047) if the line is not ASCII, has a word that is too long, or contains `=?`. Text that
/// looks like an encoded word must be encoded itself. Otherwise `lettre` would not change it, and a mail client would decode
/// it.
pub(crate) fn header(subject: &str) -> HeaderValue {
    let is_plain = subject.is_ascii()
        && !subject.contains("=?")
        && subject.split(' ').all(|word| word.len() <= MAX_WORD_OCTETS);
    if is_plain {
        return Subject::from(subject.to_owned()).display();
    }
    let name = Subject::name();
    let mut encoded = String::new();
    let mut writer = EmailWriter::new(&mut encoded, name.len() + ": ".len(), 0, false);
    // Writing to a string cannot fail.
    let _ = rfc2047::encode(subject, &mut writer);
    drop(writer);
    HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str("Subject"),
        subject.to_owned(),
        encoded,
    )
}

#[cfg(test)]
mod tests {
    use lettre::message::header::Headers;

    use super::*;

    fn written(subject: &str) -> String {
        let mut headers = Headers::new();
        headers.insert_raw(header(subject));
        headers.to_string()
    }

    #[test]
    fn ascii_stays_legible_and_everything_else_is_encoded() {
        assert_eq!(
            written("Your ticket for Rust in Berlin"),
            "Subject: Your ticket for Rust in Berlin\r\n"
        );
        assert_eq!(
            written("Your ticket for Frühling"),
            "Subject: =?utf-8?b?WW91ciB0aWNrZXQgZm9yIEZyw7xobGluZw==?=\r\n"
        );
        // Mail clients must show the title `=?utf-8?q?a=0D=0ABcc:?=` literally. They must not decode it into a line end.
        assert_eq!(
            written("=?utf-8?q?a=0D=0ABcc:?="),
            "Subject: =?utf-8?b?PT91dGYtOD9xP2E9MEQ9MEFCY2M6Pz0=?=\r\n"
        );
    }

    #[test]
    fn lines_are_short() {
        for subject in [
            "a".repeat(200),
            "ä".repeat(200),
            "🎉 ".repeat(100),
            "ab ".repeat(66),
        ] {
            let written = written(&subject);
            assert!(
                written.split("\r\n").all(|line| line.len() <= 78),
                "{written}"
            );
        }
    }
}
