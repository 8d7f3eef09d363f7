//! Compares every kind of mail with a snapshot that shows the mail as its recipient sees it.

use std::collections::HashSet;

use domain::mail::kind::MailKind;

use super::{
    outline::{headers, outline},
    samples::{Sample, composed, text_of},
};
use crate::{Mail, mails::samples};

#[test]
fn every_kind_has_a_sample() {
    let kinds: HashSet<MailKind> = samples().iter().map(|(_, sample)| sample.kind).collect();
    assert_eq!(kinds, HashSet::from(MailKind::ALL));
}

/// Compares the texts that recipients see with the snapshots in the mails' folders.
#[test]
fn every_mail_as_text_and_as_html() {
    for (folder, sample) in samples() {
        let message = composed(&sample.content);
        let shown = format!(
            "{}\n\n{}\n{}",
            headers(&message),
            outline(&message),
            text_of(&message, "text/plain")
        );
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(format!("../mails/{folder}"));
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| {
            let (name, subject) = (sample.name, &message.subject);
            insta::assert_snapshot!(name, shown, subject);
            let html = text_of(&message, "text/html");
            insta::assert_snapshot!(format!("{name}.html"), html, subject);
        });
    }
}

/// Each body has a template for plain text and a template for HTML. The test checks that both contain the same words.
#[test]
fn text_and_html_say_the_same() {
    for (_, sample) in samples() {
        let letter = sample.content.letter();
        let (text, html) = (letter.text().unwrap(), letter.html("qr").unwrap());
        assert_eq!(words(&text), words(&untagged(&html)), "{}", sample.name);
    }
}

/// Returns the words of a text, without the signs that mark a quotation or a label in plain text.
fn words(text: &str) -> Vec<&str> {
    let words = text.split_whitespace().filter(|word| *word != ">");
    words.map(|word| word.trim_end_matches(':')).collect()
}

/// Returns the HTML without its tags.
fn untagged(html: &str) -> String {
    let parts = html
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text: Vec<&str> = parts.collect();
    text.join(" ").replace("&#39;", "'").replace("&#38;", "&")
}

#[test]
fn the_same_mail_is_the_same_bytes() {
    for (_, sample) in samples() {
        let message = composed(&sample.content);
        assert_eq!(message, composed(&sample.content), "{}", sample.name);
        let other = crate::compose(&Mail {
            message_id: "other@mail.example.org",
            ..super::samples::mail(&sample.content)
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
    for (_, Sample { name, content, .. }) in samples() {
        let message = composed(&content);
        let text = str::from_utf8(&message.bytes).unwrap();
        assert!(text.is_ascii() && text.ends_with("\r\n"), "{name}");
        for line in text.split("\r\n") {
            assert!(!line.contains(['\r', '\n']), "{name}: {line:?}");
            // A line may have more than the recommended 78 octets here, because a long link in a header is written in one line.
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
