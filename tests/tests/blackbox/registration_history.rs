//! Tests of a registrant's history, which the organizer reads, and of tickets that are mailed again.

use serde_json::{Value, json};
use tests::{Answer, NewEvent, PATIENCE, Stack, assert_problem, eventually};

fn kinds(history: &Answer) -> Vec<&str> {
    let mails = history["mails"].as_array().into_iter().flatten();
    mails.filter_map(|mail| mail["kind"].as_str()).collect()
}

#[tokio::test]
async fn the_history_has_tickets_scans_and_mails() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user_named("Grace Hopper").await;
    let event = organizer
        .published_event(NewEvent::with_open_doors(10))
        .await;
    user.register_for(&event).await.expect(201);
    let first = user.ticket_of(&event).await;
    // A mail is only sent if what it says is still true.
    stack.mail_to(&user, "Your ticket for").await;
    user.cancel_registration_for(&event).await.expect(200);
    stack.mail_to(&user, "is cancelled").await;
    user.register_for(&event).await.expect(201);
    let second = user.ticket_of(&event).await;
    organizer
        .check_in_at(&event, "North", &second.code)
        .await
        .expect(200);

    let path = format!("{}/{}", event.registrations_path(), user.id());
    let history = eventually(PATIENCE, async || {
        let history = organizer.get(&path).await.when(200)?;
        let is_whole = kinds(&history) == ["ticket", "cancelled", "ticket"]
            && history["tickets"][1]["status"] == "void";
        is_whole
            .then_some(history.clone())
            .ok_or_else(|| history.to_string())
    })
    .await;

    assert_eq!(history["name"], "Grace Hopper", "{history}");
    assert_eq!(history["status"], "confirmed", "{history}");
    assert_eq!(history["promoted"], false, "{history}");
    assert_eq!(history["cancelledBy"], Value::Null, "{history}");
    assert_eq!(history["ticketCode"], second.code, "{history}");
    let [new, old] = [&history["tickets"][0], &history["tickets"][1]];
    assert_eq!(
        (&new["code"], &new["status"]),
        (&json!(second.code), &json!("admitted"))
    );
    assert_eq!(new["scans"][0]["gate"], "North", "{history}");
    assert_eq!(
        (&old["code"], &old["scans"]),
        (&json!(first.code), &json!([]))
    );
    assert_eq!(old["ended"]["cause"], "registration-cancelled", "{history}");
    // Every mail was handed over to the mail service, or to the folder of mails.
    for mail in history["mails"].as_array().unwrap() {
        assert!(mail["at"].is_string(), "{mail}");
    }

    // An account that never registered has no history.
    let stranger = stack.register_user().await;
    let path = format!("{}/{}", event.registrations_path(), stranger.id());
    assert_problem(&organizer.get(&path).await, 404, "not-found");
}

#[tokio::test]
async fn who_was_promoted_and_who_cancelled_is_told() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let [first, next] = [stack.register_user().await, stack.register_user().await];
    first.register_for(&event).await.expect(201);
    next.wait_for(&event).await.expect(201);
    let path = |id: &str| format!("{}/{id}", event.registrations_path());
    let waiting = organizer.get(&path(next.id())).await.expect(200);
    assert_eq!(waiting["waitlistPosition"], 1, "{waiting}");
    assert_eq!(waiting["tickets"], json!([]), "{waiting}");
    eventually(PATIENCE, async || {
        let history = organizer.get(&path(next.id())).await.when(200)?;
        let is_told = kinds(&history) == ["waitlisted"];
        is_told.then_some(()).ok_or_else(|| history.to_string())
    })
    .await;

    organizer
        .remove_registrant(&event, first.id())
        .await
        .expect(200);

    let removed = organizer.get(&path(first.id())).await.expect(200);
    assert_eq!(removed["cancelledBy"], "somebody-else", "{removed}");
    assert_eq!(removed["ticketCode"], Value::Null, "{removed}");
    let promoted = eventually(PATIENCE, async || {
        let history = organizer.get(&path(next.id())).await.when(200)?;
        let is_in = history["promoted"] == true && kinds(&history) == ["ticket"];
        is_in
            .then_some(history.clone())
            .ok_or_else(|| history.to_string())
    })
    .await;
    assert_eq!(promoted["status"], "confirmed", "{promoted}");
}

#[tokio::test]
async fn a_ticket_is_mailed_again_once_in_five_minutes() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;
    let first = stack.mail_to(&user, "Your ticket for").await;

    // Two requests at once, of the holder and of the organizer, send one mail.
    let path = format!("{}/mail", ticket.path());
    let answers = tokio::join!(
        user.post(&path, &Value::Null),
        organizer.post(&path, &Value::Null)
    );
    let mut answers = [answers.0, answers.1];
    answers.sort_by_key(|answer| answer.status);
    let [accepted, refused] = answers;
    accepted.expect(202);
    assert_problem(&refused, 429, "too-many-requests");
    let wait: u64 = refused.header("Retry-After").parse().unwrap();
    assert!((1..=300).contains(&wait), "{wait}");

    let again = stack.nth_mail_to(&user, "Your ticket for", 2).await;
    assert_eq!(again.qr(), first.qr());
    assert_ne!(again.header("Message-ID"), first.header("Message-ID"));
    // The history shows both mails.
    let path = format!("{}/{}", event.registrations_path(), user.id());
    eventually(PATIENCE, async || {
        let history = organizer.get(&path).await.when(200)?;
        let both = kinds(&history) == ["ticket", "ticket"];
        both.then_some(()).ok_or_else(|| history.to_string())
    })
    .await;
}

#[tokio::test]
async fn a_void_ticket_is_not_mailed() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;
    user.cancel_registration_for(&event).await.expect(200);
    user.wait_for_status(&ticket, "void").await;

    let path = format!("{}/mail", ticket.path());
    assert_problem(&user.post(&path, &Value::Null).await, 409, "ticket-void");
}
