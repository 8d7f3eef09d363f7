//! Tests of announcements that are sent by mail, and of the link with which a guest unsubscribes from them.

use serde_json::json;
use tests::{Event, Mail, Method, NewEvent, Stack, User, assert_problem};

pub(super) fn subject(event: &Event) -> String {
    let title = event.json["title"].as_str().unwrap_or_default();
    format!("News about {title}")
}

/// Returns the link in the mail's header `List-Unsubscribe` as a path of the API, without the host.
#[track_caller]
pub(super) fn unsubscribe_path(stack: &Stack, mail: &Mail) -> String {
    let header = mail.header("List-Unsubscribe");
    let link = header
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'));
    match link {
        Some(link) => stack.path_of(link).to_owned(),
        None => panic!("no link in {mail}"),
    }
}

/// Unsubscribes with the request that a mail program's unsubscribe button sends (RFC 8058, 3.2).
async fn unsubscribe(stack: &Stack, path: &str) -> tests::Answer {
    let call = stack.anyone().call(Method::POST, path);
    call.header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click")
        .send()
        .await
}

async fn guests(stack: &Stack, event: &Event) -> [User; 2] {
    let guests = [stack.register_user().await, stack.register_user().await];
    for guest in &guests {
        guest.register_for(event).await.expect(201);
    }
    guests
}

#[tokio::test]
async fn an_announcement_by_mail_reaches_everybody_once() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer_named("Ada Doe").await;
    let event = organizer.published_event(NewEvent::with_capacity(2)).await;
    let guests = guests(&stack, &event).await;
    let waits = stack.register_user().await;
    waits.wait_for(&event).await.expect(201);

    // Only the last of these three announcements is sent by mail.
    let silent = json!({"message": "Not by mail."});
    organizer.announce(&event, silent).await.expect(201);
    let silent = json!({"message": "Neither is this.", "email": false});
    organizer.announce(&event, silent).await.expect(201);
    let said = organizer.announce_by_mail(&event, "Doors open at seven.\nBring a coat.");
    said.await.expect(201);

    for user in guests.iter().chain([&waits]) {
        let mail = stack.mail_to(user, &subject(&event)).await;
        assert_eq!(mail.subject, subject(&event));
        assert_eq!(mail.reply_to.as_ref(), Some(&organizer.account.email));
        let quoted = "Ada Doe, organizer, writes:\n> Doors open at seven.\n> Bring a coat.\n";
        assert!(mail.text.contains(quoted), "{mail}");
        let one_click = mail.header("List-Unsubscribe-Post");
        assert_eq!(one_click, "List-Unsubscribe=One-Click");
        let path = unsubscribe_path(&stack, &mail);
        assert!(mail.text.contains(&path), "{mail}");
        assert!(!mail.has_part("text/calendar"), "{mail}");
    }
    // A fourth announcement follows. When its mail arrives, any mail about the first two announcements and any second mail
    // about the third would have arrived.
    let said = organizer.announce_by_mail(&event, "See you.").await;
    said.expect(201);
    for user in guests.iter().chain([&waits]) {
        stack.nth_mail_to(user, &subject(&event), 2).await;
        let mails = stack.mails_about(user, &subject(&event));
        let reported = mails.iter().map(|mail| mail.text.contains("> See you."));
        let mut reported: Vec<bool> = reported.collect();
        reported.sort_unstable();
        assert_eq!(reported, [false, true], "{mails:?}");
    }
    // The mail with the ticket contains no unsubscribe link.
    let ticket = stack.mail_to(&guests[0], "Your ticket for").await;
    assert_eq!(ticket.header("List-Unsubscribe"), "");
}

#[tokio::test]
async fn who_unsubscribes_hears_no_more_announcements_of_this_event() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [leaves, stays] = guests(&stack, &event).await;
    organizer.announce_by_mail(&event, "One.").await.expect(201);
    let mail = stack.mail_to(&leaves, &subject(&event)).await;
    let path = unsubscribe_path(&stack, &mail);

    // A GET of the unsubscribe link changes nothing, because not only people but also programs open the links in mails.
    let page = stack.anyone().get(&path).await.expect(200);
    assert!(
        page.header("content-type").starts_with("text/html"),
        "{page}"
    );
    assert!(page.text.contains("<form method=\"post\">"), "{page}");
    organizer.announce_by_mail(&event, "Two.").await.expect(201);
    for user in [&leaves, &stays] {
        stack.nth_mail_to(user, &subject(&event), 2).await;
    }

    for _ in 0..2 {
        let done = unsubscribe(&stack, &path).await.expect(204);
        assert!(done.text.is_empty(), "{done}");
    }
    organizer
        .announce_by_mail(&event, "Three.")
        .await
        .expect(201);
    stack.nth_mail_to(&stays, &subject(&event), 3).await;
    // The user who unsubscribed still gets mails about changes of the event. If the third announcement had been mailed to that
    // user, it would have arrived before this mail.
    let moved = organizer.patch_event(&event, json!({"venue": "Harbour"}));
    moved.await.expect(200);
    stack.mail_to(&leaves, "has changed").await;
    let heard = stack.mails_about(&leaves, &subject(&event));
    assert_eq!(heard.len(), 2, "{heard:?}");

    // The user who unsubscribed still gets announcements of other events.
    let other = organizer.published_event(NewEvent::default()).await;
    leaves.register_for(&other).await.expect(201);
    organizer
        .announce_by_mail(&other, "Hello.")
        .await
        .expect(201);
    stack.mail_to(&leaves, &subject(&other)).await;
}

#[tokio::test]
async fn a_link_that_was_tampered_with_leads_nowhere() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [user, _] = guests(&stack, &event).await;
    organizer.announce_by_mail(&event, "One.").await.expect(201);
    let mail = stack.mail_to(&user, &subject(&event)).await;
    let path = unsubscribe_path(&stack, &mail);

    let (base, token) = path.split_once("token=").unwrap_or_default();
    assert!(token.len() > 20, "{path}");
    let middle = token.len() / 2;
    let other = if token[middle..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    for wrong in [
        String::new(),
        "x".to_owned(),
        format!("{}{other}{}", &token[..middle], &token[middle + 1..]),
        token[..token.len() - 2].to_owned(),
        format!("{token}A"),
        format!("{token}%00"),
    ] {
        let path = format!("{base}token={wrong}");
        assert_problem(&stack.anyone().get(&path).await, 404, "not-found");
        assert_problem(&unsubscribe(&stack, &path).await, 404, "not-found");
    }
    assert_problem(
        &unsubscribe(&stack, "/v1/unsubscribe").await,
        404,
        "not-found",
    );

    organizer.announce_by_mail(&event, "Two.").await.expect(201);
    stack.nth_mail_to(&user, &subject(&event), 2).await;
}
