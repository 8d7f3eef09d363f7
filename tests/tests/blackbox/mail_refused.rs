//! Tests of mails that SES refuses for a while or for good.

use serde_json::{Value, json};
use tests::{LONG_PATIENCE, NewEvent, emulated, eventually};

#[tokio::test]
async fn while_ses_is_away_all_else_goes_on_and_the_mail_comes_late_once() {
    let stack = emulated!("SES refuses a mail; a folder takes all");
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [user, other] = [stack.register_user().await, stack.register_user().await];
    let refusal = stack.refuse_mail_to(&user, "");

    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;
    other.register_for(&event).await.expect(201);
    stack.mail_to(&other, "Your ticket for").await;
    stack.assert_no_mail(&user, "Your ticket for");
    let state = organizer.ticket_mail_of(&event, user.id()).await;
    assert_eq!(state, Value::Null);

    drop(refusal);
    let mail = stack.mail_to(&user, "Your ticket for").await;
    assert_eq!(mail.ticket_code(), ticket.code);
    organizer
        .announce_by_mail(&event, "Later.")
        .await
        .expect(201);
    stack.mail_to(&user, "News about").await;
    stack.only_mail_to(&user, "Your ticket for");
    let state = organizer.ticket_mail_of(&event, user.id()).await;
    assert_eq!(state, "sent");
}

#[tokio::test]
async fn among_many_recipients_one_who_must_wait_holds_up_no_other() {
    let stack = emulated!("SES refuses a mail; a folder takes all");
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let mut guests = Vec::new();
    for _ in 0..4 {
        let guest = stack.register_user().await;
        guest.register_for(&event).await.expect(201);
        stack.mail_to(&guest, "Your ticket for").await;
        guests.push(guest);
    }
    let refusal = stack.refuse_mail_to(&guests[1], "");

    organizer
        .announce_by_mail(&event, "Hello.")
        .await
        .expect(201);
    for at in [0, 2, 3] {
        stack.mail_to(&guests[at], "News about").await;
    }
    stack.assert_no_mail(&guests[1], "News about");

    drop(refusal);
    stack.mail_to(&guests[1], "News about").await;
    organizer.cancel(&event).await.expect(200);
    for guest in &guests {
        stack.mail_to(guest, "was cancelled").await;
        stack.only_mail_to(guest, "News about");
    }
}

#[tokio::test]
async fn what_ses_never_takes_is_put_aside_and_the_organizer_sees_it() {
    let stack = emulated!("SES refuses a mail; a folder takes all");
    let queue = stack.queue("mail");
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [user, other, third] = [
        stack.register_user().await,
        stack.register_user().await,
        stack.register_user().await,
    ];
    let _refusal = stack.refuse_mail_to(&user, "MessageRejected");
    for guest in [&user, &other, &third] {
        guest.register_for(&event).await.expect(201);
    }

    let is_ticket_to_user = |body: &str| {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        body["to"] == "registrant"
            && body["eventId"] == event.id
            && body["userId"] == user.id()
            && body["about"]["kind"] == "ticket"
    };
    let letter = queue.dead_letter(is_ticket_to_user).await;
    assert!(letter.reason.contains("was not sent"), "{letter:?}");
    eventually(LONG_PATIENCE, async || {
        match organizer.ticket_mail_of(&event, user.id()).await {
            Value::String(state) if state == "failed" => Ok(()),
            state => Err(format!("ticketMail is {state}")),
        }
    })
    .await;
    // SES refuses only this user's mails. The user nevertheless has a ticket, and the other guests get their mails.
    user.ticket_of(&event).await;
    for guest in [&other, &third] {
        stack.mail_to(guest, "Your ticket for").await;
    }

    let said = organizer
        .announce_by_mail(&event, "Hello.")
        .await
        .expect(201);
    for guest in [&other, &third] {
        stack.mail_to(guest, "News about").await;
    }
    let alone = json!({"one": {"userId": user.id()}});
    let is_announcement_to_user = |body: &str| {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        body["audience"] == alone && body["about"]["id"] == said["id"]
    };
    queue.dead_letter(is_announcement_to_user).await;
    stack.assert_no_mail(&user, "News about");
    organizer.cancel(&event).await.expect(200);
    for guest in [&other, &third] {
        stack.mail_to(guest, "was cancelled").await;
        stack.only_mail_to(guest, "News about");
        stack.only_mail_to(guest, "Your ticket for");
    }
}
