//! Snapshots of complete mails, as people read them. Ids, codes and times are replaced by their shapes, and the layout is left
//! out.

use serde_json::json;
use tests::{Event, Mail, NewEvent, Stack, User};

/// Pairs of a text that differs from run to run, and the text that replaces it.
type Redactions<'a> = &'a [(&'a str, &'a str)];

async fn an_evening(organizer: &User, capacity: usize) -> Event {
    let parsed = |text: &str| match text.parse() {
        Ok(time) => time,
        Err(error) => panic!("{text}: {error}"),
    };
    let event = NewEvent {
        title: "Analytical engines".to_owned(),
        description: Some("An evening with Mr Babbage.".to_owned()),
        venue: "Royal Institution, London".to_owned(),
        timezone: "Europe/London".to_owned(),
        starts_at: parsed("2031-05-01T18:00:00Z"),
        ends_at: parsed("2031-05-01T22:00:00Z"),
        ..NewEvent::with_capacity(capacity)
    };
    organizer.published_event(event).await
}

/// Returns the stack if its mails link to pages, as in the snapshots. The mails of a program that was built without Node have no
/// links.
async fn linked_stack() -> Option<Stack> {
    let stack = Stack::from_env();
    stack.has_app().await.then_some(stack)
}

/// Returns a text with the mail's subject, the types of its parts, its plain text, and its HTML without styles.
fn shown(mail: &Mail, redactions: Redactions<'_>) -> String {
    let types: Vec<&str> = mail.parts.iter().map(|part| &*part.content_type).collect();
    let html = without_looks(&mail.html);
    let (subject, text, types) = (&mail.subject, &mail.text, types.join(", "));
    let mut shown = format!("{subject}\n({types})\n\n{text}\n\n{html}");
    let id = mail.header("Message-ID").trim_matches(['<', '>']);
    let pages = Stack::from_env().pages_url();
    let event = event_id_in(&shown);
    // In HTML, the address of the account is encoded as in a URL.
    let recipient = mail.to.1.replace('@', "%40");
    let always = [
        (id, "[message id]"),
        (&*event, "[event]"),
        (&*pages, "[pages]"),
        (&*recipient, "[address]"),
    ];
    for (from, to) in redactions.iter().chain(&always) {
        shown = shown.replace(from, to);
    }
    shown
}

/// Returns the id of the event whose page the mail links to, or a text that no mail contains.
fn event_id_in(shown: &str) -> String {
    let after = shown.split_once("/events/");
    let id = after.and_then(|(_, rest)| rest.split_whitespace().next());
    id.unwrap_or("[no event]").to_owned()
}

/// Returns a mail's HTML without its head and its styles. The snapshots of the mail templates contain these.
fn without_looks(html: &str) -> String {
    let (_, body) = html.split_once("</head>").unwrap_or(("", html));
    let mut plain = String::new();
    let mut rest = body.trim();
    while let Some((before, after)) = rest.split_once(" style=\"") {
        plain.push_str(before);
        rest = after.split_once('"').map_or("", |(_, rest)| rest);
    }
    plain + rest
}

/// Asserts that the mail equals the snapshot in the file `name`. A mail is too long for an inline snapshot.
fn assert_snapshot(name: &str, shown: &str) {
    insta::assert_snapshot!(name, shown);
}

fn assert_ticket_mail(name: &str, mail: &Mail) {
    let redactions = [(mail.ticket_code(), "[code]")];
    assert_snapshot(name, &shown(mail, &redactions));
}

#[tokio::test]
async fn about_an_account() {
    let Some(stack) = linked_stack().await else {
        return;
    };
    let user = stack.register_user_named("Grace Hopper").await;
    let welcome = stack.mail_to(&user, "verification code").await;
    assert_snapshot("welcome", &shown(&welcome, &[(welcome.code(), "[code]")]));

    stack.anyone().forgot_password(&user.account.email).await;
    let reset = stack.mail_to(&user, "reset your password").await;
    assert_snapshot(
        "password_reset",
        &shown(&reset, &[(reset.code(), "[code]")]),
    );

    let old = &user.account.password;
    let changed = user.change_password(old, "another horse battery").await;
    changed.expect(204);
    let changed = stack.mail_to(&user, "password was changed").await;
    let after = changed.text.split_once("account was changed on ");
    let when = after.and_then(|(_, rest)| rest.split_once(" UTC"));
    let (when, _) = when.unwrap_or_default();
    assert!(when.contains(" at "), "{changed}");
    assert_snapshot("password_changed", &shown(&changed, &[(when, "[time]")]));
}

#[tokio::test]
async fn about_a_registration() {
    let Some(stack) = linked_stack().await else {
        return;
    };
    let organizer = stack.register_organizer_named("Ada Lovelace").await;
    let guest = stack.register_user_named("Grace Hopper").await;
    let waits = stack.register_user_named("Edsger Dijkstra").await;
    let event = an_evening(&organizer, 1).await;

    guest.register_for(&event).await.expect(201);
    let ticket = stack.mail_to(&guest, "Your ticket for").await;
    assert_ticket_mail("ticket", &ticket);
    waits.wait_for(&event).await.expect(201);
    let waitlisted = stack.mail_to(&waits, "You are on the waitlist").await;
    assert_snapshot("waitlisted", &shown(&waitlisted, &[]));
    guest.cancel_registration_for(&event).await.expect(200);
    let cancelled = stack.mail_to(&guest, "Your registration for").await;
    assert_snapshot("cancelled", &shown(&cancelled, &[]));
    let promoted = stack.mail_to(&waits, "A seat for you").await;
    assert_ticket_mail("promoted", &promoted);
    let removed = organizer.remove_registrant(&event, waits.id()).await;
    removed.expect(200);
    let cancelled = stack.mail_to(&waits, "Your registration for").await;
    assert_snapshot("cancelled_by_the_organizer", &shown(&cancelled, &[]));
}

#[tokio::test]
async fn about_an_event() {
    let Some(stack) = linked_stack().await else {
        return;
    };
    let organizer = stack.register_organizer_named("Ada Lovelace").await;
    let guest = stack.register_user_named("Grace Hopper").await;
    let event = an_evening(&organizer, 10).await;
    guest.register_for(&event).await.expect(201);
    stack.mail_to(&guest, "Your ticket for").await;

    let changes = json!({"title": "Difference engines", "venue": "Somerset House"});
    organizer.patch_event(&event, changes).await.expect(200);
    let updated = stack.mail_to(&guest, "is now").await;
    assert_ticket_mail("event_updated", &updated);

    let message = "Doors open at seven.\n\nBring a punched card.";
    organizer
        .announce_by_mail(&event, message)
        .await
        .expect(201);
    let news = stack.mail_to(&guest, "News about").await;
    let link = news.header("List-Unsubscribe").trim_matches(['<', '>']);
    assert_snapshot("announcement", &shown(&news, &[(link, "[link]")]));

    organizer.cancel(&event).await.expect(200);
    let cancelled = stack.mail_to(&guest, "was cancelled").await;
    assert_snapshot("event_cancelled", &shown(&cancelled, &[]));
}
