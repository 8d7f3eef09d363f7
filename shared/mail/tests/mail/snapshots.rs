//! What recipients of every kind see.

use crate::{
    outline::{headers, outline},
    samples::{composed, every_kind, text_of},
};

#[test]
fn every_kind_as_text() {
    for (name, content) in every_kind() {
        let message = composed(content);
        let shown = format!(
            "{}\n\n{}\n{}",
            headers(&message),
            outline(&message),
            text_of(&message, "text/plain")
        );
        insta::assert_snapshot!(name, shown, &message.subject);
    }
}

#[test]
fn every_kind_as_html() {
    for (name, content) in every_kind() {
        let message = composed(content);
        insta::assert_snapshot!(
            format!("{name}.html"),
            text_of(&message, "text/html"),
            &message.subject
        );
    }
}

#[test]
fn the_same_mail_is_the_same_bytes() {
    for (name, content) in every_kind() {
        let message = composed(content);
        assert_eq!(message, composed(content), "{name}");
        let other = mail::compose(&mail::Mail {
            message_id: "other@mail.example.org",
            ..crate::samples::mail(content)
        });
        let boundary = |bytes: &[u8]| {
            let text = str::from_utf8(bytes).unwrap();
            text.split_once("boundary=").unwrap().1[..30].to_owned()
        };
        assert_ne!(boundary(&other.unwrap().bytes), boundary(&message.bytes));
    }
}

#[test]
fn lines_are_short_and_ascii_and_nothing_is_fetched() {
    for (name, content) in every_kind() {
        let message = composed(content);
        let text = str::from_utf8(&message.bytes).unwrap();
        assert!(text.is_ascii() && text.ends_with("\r\n"), "{name}");
        for line in text.split("\r\n") {
            assert!(!line.contains(['\r', '\n']), "{name}: {line:?}");
            // Only the long link of a header is in one line.
            assert!(line.len() <= 90, "{name}: {line}");
        }
        let html = text_of(&message, "text/html");
        for fetching in [
            "src=\"http",
            "url(",
            "<link",
            "<script",
            "@import",
            "srcset",
        ] {
            assert!(!html.contains(fetching), "{name}: {fetching}");
        }
    }
}
