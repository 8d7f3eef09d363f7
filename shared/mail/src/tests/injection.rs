//! Tests that no user's text becomes a header, a part or markup.

use proptest::prelude::*;

use super::{
    outline::outline,
    samples::{
        EVENT, TICKET, UNSUBSCRIBE, announcement, composed, confirmed, entry, mail, parsed, sample,
        text_of,
    },
};
use crate::{
    Content, EventFacts, Mail, Mailbox, Message, Ticket, compose,
    facts::{Place, Previous},
    mails::{event_updated::EventUpdated, samples, waitlisted::Waitlisted},
};

/// Returns the text as a mail shows it in a header. Line breaks become spaces, several spaces in a row become one space, and
/// control and direction characters are removed.
fn shown(text: &str) -> String {
    let spaced = text.replace(
        [
            '\t', '\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}',
        ],
        " ",
    );
    let directions = "\u{200e}\u{200f}\u{61c}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\
                      \u{2069}\u{feff}";
    let visible: String = spaced
        .chars()
        .filter(|c| !c.is_control() && !directions.contains(*c))
        .collect();
    let words: Vec<&str> = visible.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Returns the names of the message's headers, in the order of the message.
fn header_names(message: &Message) -> Vec<String> {
    let parsed = parsed(message);
    parsed
        .headers()
        .iter()
        .map(|header| header.name().to_owned())
        .collect()
}

fn mailboxes(addresses: Option<&mail_parser::Address<'_>>) -> Vec<(String, String)> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    addresses
        .unwrap()
        .iter()
        .map(|mailbox| (text(mailbox.name()), text(mailbox.address())))
        .collect()
}

/// Generates texts of any kind, among them texts that have a special meaning in the syntax of mails.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "\\PC{0,60}",
        "[ -~]{0,120}",
        "[äöü🎉李 ]{0,80}",
        proptest::sample::select(vec![
            "\r\nBcc: eve@example.org",
            "\r\n\r\n<b>",
            "=?utf-8?q?=0D=0ABcc:_eve@example.org?=",
            "=?utf-8?b?RXZl?=",
            "\" <eve@example.org>, \"",
            "\\",
            "(comment)",
            ",;:@[]<>",
            "\u{0}",
            "\u{202e}",
            "\u{2028}Bcc: x",
            "  ",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_request_id_is_a_header_as_it_is_or_not_at_all(request_id in prop_oneof![hostile(), "[A-Za-z0-9_=.-]{0,140}"]) {
        let content = Content::of(Waitlisted { event: &EVENT, position: None });
        let usual = composed(&content);
        let message = compose(&Mail { request_id: &request_id, ..mail(&content) }).unwrap();
        let parsed = parsed(&message);
        let mut names = header_names(&usual);
        let reported = parsed.header_raw("X-Request-Id").map(str::trim);
        if let Some(reported) = reported {
            prop_assert_eq!(reported, request_id);
        } else {
            names.retain(|name| name != "X-Request-Id");
        }
        prop_assert_eq!(header_names(&message), names);
    }

    #[test]
    fn names_and_titles_stay_where_they_belong(title in hostile(), name in hostile(), organizer in hostile()) {
        let organized = Mailbox { name: &organizer, ..EVENT.organizer };
        let event = EventFacts { title: &title, organizer: organized, ..*EVENT };
        let usual = composed(&Content::of(Waitlisted { event: &EVENT, position: None }));
        let content = Content::of(Waitlisted { event: &event, position: None });
        let sent = mail(&content);
        let message = compose(&Mail { to: Mailbox { name: &name, ..sent.to }, ..sent }).unwrap();

        prop_assert_eq!(header_names(&message), header_names(&usual));
        prop_assert_eq!(outline(&message), outline(&usual));
        let parsed = parsed(&message);
        let subject = shown(&format!("You are on the waitlist for {title}"));
        prop_assert_eq!(parsed.subject(), Some(subject.as_str()));
        prop_assert_eq!(&message.subject, &subject);
        prop_assert_eq!(mailboxes(parsed.to()), [(shown(&name), sent.to.email.to_owned())]);
        prop_assert_eq!(mailboxes(parsed.reply_to()), [(shown(&organizer), "grace@example.org".to_owned())]);
        prop_assert_eq!(mailboxes(parsed.from()), [("em-connect".to_owned(), "events@mail.example.org".to_owned())]);
        let text = str::from_utf8(&message.bytes).unwrap();
        prop_assert!(text.is_ascii());
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 120 && !line.contains(['\r', '\n', '\0'])));
    }

    #[test]
    fn bodies_add_no_part(message in hostile()) {
        let usual = composed(&announcement("Hello"));
        let boundary = str::from_utf8(&usual.bytes).unwrap().split('"').find(|text| text.starts_with("=_")).unwrap();
        let message = format!("{message}\r\n--{boundary}\r\nContent-Type: text/html\r\n\r\n<p>{message}\r\n--{boundary}--");
        let composed = composed(&announcement(&message));
        prop_assert_eq!(outline(&composed), outline(&usual));
        // The plain text of the mail has every readable character that the user wrote.
        let text = text_of(&composed, "text/plain");
        for line in message.split(['\r', '\n', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
            // Spaces at the ends of a line are invisible to a reader, so they do not count.
            prop_assert!(shown(&text).contains(shown(line).trim()), "{line:?} in {text:?}");
        }
    }
}

const MARKUP: &str = "<script>alert('x')</script> \"q\" & {{ letter.reason }} {% if %} <!-- ";

#[test]
fn markup_is_text() {
    let event = EventFacts {
        title: MARKUP,
        venue: MARKUP,
        organizer: Mailbox {
            name: MARKUP,
            email: "grace@example.org",
        },
        ..*EVENT
    };
    let content = Content::of(EventUpdated {
        event: &event,
        previous: Previous {
            title: Some("\"><img src=x onerror=alert(1)>"),
            venue: Some("'"),
            period: None,
        },
        place: Place::Seat(entry(1)),
        ticket: Some(Ticket {
            code: "\"><script>",
            qr: "A",
        }),
    });
    let sent = mail(&content);
    let message = compose(&Mail {
        to: Mailbox {
            name: MARKUP,
            ..sent.to
        },
        ..sent
    })
    .unwrap();
    let html = text_of(&message, "text/html");
    // The user's text adds no tag: the mail has exactly the tags of its template.
    let usual = text_of(&composed(&updated_with_everything()), "text/html");
    assert_eq!(tags(&html), tags(&usual));
    assert!(html.contains("{{ letter.reason }} {% if %}"));
    assert!(
        html.contains("&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62; &#34;q&#34; &#38;"),
        "{html}"
    );

    let announced = text_of(&composed(&announcement(MARKUP)), "text/html");
    assert!(!announced.contains("<script"));
    assert!(announced.contains("&#60;script&#62;"));
    // The plain text of the mail shows the user's markup exactly as the user wrote it.
    assert!(text_of(&message, "text/plain").contains(MARKUP.trim_end()));
}

fn updated_with_everything() -> Content<'static> {
    Content::of(EventUpdated {
        event: &EVENT,
        previous: Previous {
            title: Some("before"),
            venue: Some("elsewhere"),
            period: None,
        },
        place: Place::Seat(entry(1)),
        ticket: Some(TICKET),
    })
}

/// Returns the names of the tags in an HTML text, in the order of the text.
fn tags(html: &str) -> Vec<&str> {
    html.split('<')
        .skip(1)
        .map(|tag| tag.split([' ', '>']).next().unwrap())
        .collect()
}

#[test]
fn who_has_not_proved_to_own_the_address_is_not_named() {
    let advert = "Win now at http://evil.example";
    for name in [
        "welcome",
        "password_reset",
        "new_address",
        "address_in_use",
        "address_change",
    ] {
        let content = sample(name);
        let sent = mail(&content);
        let message = compose(&Mail {
            to: Mailbox {
                name: advert,
                ..sent.to
            },
            ..sent
        })
        .unwrap();
        assert_eq!(
            mailboxes(parsed(&message).to()),
            [(String::new(), sent.to.email.to_owned())]
        );
        for content_type in ["text/plain", "text/html"] {
            assert!(!text_of(&message, content_type).contains("evil"));
        }
    }
    assert!(text_of(&composed(&confirmed()), "text/plain").contains("Hello Łukasz Ñandú,"));
}

#[test]
fn one_click_is_for_announcements_and_reminders_only() {
    for (_, sample) in samples() {
        let name = sample.name;
        let message = composed(&sample.content);
        let parsed = parsed(&message);
        let is_bulk = sample.kind.can_be_muted();
        let raw = |header: &'static str| parsed.header_raw(header).map(str::trim);
        let link = format!("<{UNSUBSCRIBE}>");
        assert_eq!(
            raw("List-Unsubscribe"),
            is_bulk.then_some(link.as_str()),
            "{name}"
        );
        let post = is_bulk.then_some("List-Unsubscribe=One-Click");
        assert_eq!(raw("List-Unsubscribe-Post"), post, "{name}");
        assert_eq!(raw("Auto-Submitted"), Some("auto-generated"), "{name}");
        assert_eq!(
            text_of(&message, "text/plain").contains(UNSUBSCRIBE),
            is_bulk,
            "{name}"
        );
    }
}
