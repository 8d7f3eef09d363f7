//! Tests that a mail shows text which users typed exactly as it was typed, and never as a header or as HTML.

use serde_json::json;
use tests::{Event, Mail, NewEvent, Stack, assert_invalid, unique};

const EVIL: [&str; 5] = [
    "a\r\nBcc: eve@example.org",
    "a\nBcc: eve@example.org",
    "a\r\rb",
    "a\r\n\r\n<script>alert(1)</script>",
    "a\u{0}b",
];

/// Asserts that text of users has added no recipient to the mail, and no tag or script to its HTML.
#[track_caller]
fn assert_harmless(mail: &Mail) {
    for name in ["Bcc", "Cc", "Sender", "X-Evil"] {
        assert_eq!(mail.header(name), "", "{mail}");
    }
    let html = mail.html.to_lowercase();
    for tag in ["<script", "<img src=x", "<iframe", "<b>", "javascript:"] {
        assert!(!html.contains(tag), "{tag} in {html}");
    }
}

#[tokio::test]
async fn a_line_end_in_what_becomes_a_header_is_refused() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    for evil in EVIL {
        for (member, pointer) in [("title", "/title"), ("venue", "/venue")] {
            let changed = organizer.patch_event(&event, json!({ member: evil }));
            assert_invalid(&changed.await, pointer);
        }
        let titled = NewEvent {
            title: evil.to_owned(),
            ..NewEvent::default()
        };
        assert_invalid(&organizer.create_event(&titled).await, "/title");
        let email = format!("kim.{}@example.com", unique());
        let body = json!({"email": email, "password": "correct horse battery", "name": evil});
        let registered = stack.anyone().post("/v1/auth/register", body).await;
        assert_invalid(&registered, "/name");
        let body = json!({"email": format!("a{evil}@example.com"), "password": "correct horse battery", "name": "Kim"});
        let registered = stack.anyone().post("/v1/auth/register", body).await;
        assert_invalid(&registered, "/email");
        let renamed = organizer.patch_me(json!({ "name": evil })).await;
        assert_invalid(&renamed, "/name");
    }
}

async fn ticket_mail(stack: &Stack, title: &str, name: &str) -> (Event, Mail) {
    let organizer = stack.register_organizer_named(name).await;
    let user = stack.register_user_named(name).await;
    let event = NewEvent {
        title: title.to_owned(),
        venue: title.to_owned(),
        ..NewEvent::default()
    };
    let event = organizer.published_event(event).await;
    user.register_for(&event).await.expect(201);
    let mail = stack.mail_to(&user, "Your ticket for").await;
    assert_eq!(mail.to, (name.to_owned(), user.account.email.clone()));
    assert_eq!(mail.reply_to.as_ref(), Some(&organizer.account.email));
    (event, mail)
}

#[tokio::test]
async fn titles_and_names_arrive_as_they_were_written() {
    let stack = Stack::from_env();
    let rows = [
        ("\"Größe\" & 'Maß' 🎉", "Łukasz \"Lu\" Ñandú, Jr."),
        (
            "<script>alert(1)</script><b>x</b>",
            "<script>alert(1)</script>",
        ),
        ("שלום עולם and مرحبا بالعالم", "מרים"),
        (
            "=?utf-8?q?a=0D=0ABcc:_eve=40example.org?=",
            "=?utf-8?q?Eve?=",
        ),
        (
            "👩\u{200d}🚀 李白 a@example.org, <b@example.org>;",
            "a@example.org",
        ),
    ];
    for (title, name) in rows {
        let (_, mail) = ticket_mail(&stack, title, name).await;
        assert_eq!(mail.subject, format!("Your ticket for {title}"));
        assert!(mail.text.contains(&format!("Event: {title}\n")), "{mail}");
        assert!(mail.text.contains(&format!("Hello {name},\n")), "{mail}");
        assert_harmless(&mail);
        let unescaped = mail
            .html
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#38;", "&");
        assert!(unescaped.contains(title), "{}", mail.html);
        assert_eq!(mail.invitation().method, "REQUEST");
        assert!(mail.part("application/pdf").content.starts_with(b"%PDF-"));
        assert!(!mail.qr().is_empty());
    }
}

#[tokio::test]
async fn the_longest_title_arrives_whole() {
    let stack = Stack::from_env();
    for title in [
        "ü".repeat(200),
        "🎉".repeat(200),
        "a".repeat(200),
        "ab ".repeat(66),
    ] {
        let title = title.trim();
        let (_, mail) = ticket_mail(&stack, title, "Kim").await;
        assert_eq!(mail.subject, format!("Your ticket for {title}"));
        let lines = mail.raw.split(|byte| *byte == b'\n');
        let longest = lines.map(<[u8]>::len).max().unwrap_or_default();
        assert!(longest <= 998, "a line of {longest} octets");
    }
}

#[tokio::test]
async fn an_announcement_is_quoted_and_nothing_more() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let message = "Hello\r\nBcc: eve@example.org\r\n\r\n.\r\n<script>alert(1)</script>\r\n<img src=x onerror=alert(1)>\r\n\
                   -- \r\nFrom the bank: https://evil.example/\r\n🎉 שלום";
    organizer
        .announce_by_mail(&event, message)
        .await
        .expect(201);
    let mail = stack.mail_to(&user, "News about").await;

    assert_harmless(&mail);
    let quoted = "> Hello\n> Bcc: eve@example.org\n>\n> .\n> <script>alert(1)</script>\n> <img src=x onerror=alert(1)>\n\
                  > --\n> From the bank: https://evil.example/\n> 🎉 שלום\n";
    assert!(mail.text.contains(quoted), "{mail}");
    // User text that looks like a link must not become a link.
    assert!(!mail.html.contains("href=\"https://evil"), "{}", mail.html);
    assert_eq!(mail.parts.len(), 2, "{mail}");
}
