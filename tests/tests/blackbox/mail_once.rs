//! Tests that each mail is sent only once, even if the queue contains repeated or wrong messages.

use serde_json::{Value, json};
use tests::{Event, NewEvent, Stack, User, unique};

fn registrant(event: &Event, user: &User, about: &Value) -> String {
    json!({
        "to": "registrant", "eventId": event.id, "userId": user.id(), "about": about, "requestId": "test",
    })
    .to_string()
}

fn audience(event: &Event, audience: &Value, about: &Value) -> String {
    json!({
        "to": "audience", "eventId": event.id, "audience": audience, "about": about, "requestId": "test",
    })
    .to_string()
}

#[tokio::test]
async fn a_message_that_comes_five_times_sends_one_mail() {
    let stack = Stack::from_env();
    let queue = stack.queue("mail");
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let user = stack.register_user().await;
    user.register_for(&event).await.expect(201);

    // Some of these messages arrive before the mail with the ticket is due, some while it is sent, and some afterwards.
    let ticket = registrant(&event, &user, &json!({"kind": "ticket", "generation": 1}));
    queue.send_all(&[&ticket; 5]).await;
    stack.mail_to(&user, "Your ticket for").await;
    queue.send_all(&[&ticket; 5]).await;
    let said = organizer
        .announce_by_mail(&event, "Hello.")
        .await
        .expect(201);
    let about = json!({"kind": "announcement", "id": said["id"]});
    let everybody = audience(&event, &json!("everybody"), &about);
    let bucket = audience(&event, &json!({"bucket": {"no": 0, "after": null}}), &about);
    let mixed = [&everybody, &bucket, &everybody, &bucket, &everybody];
    queue.send_all(&mixed).await;
    stack.mail_to(&user, "News about").await;
    queue.send_all(&mixed).await;

    // The mail about the cancellation passes through the queue last. A second copy of another mail would have arrived before
    // it.
    organizer.cancel(&event).await.expect(200);
    stack.mail_to(&user, "was cancelled").await;
    stack.only_mail_to(&user, "Your ticket for");
    stack.only_mail_to(&user, "News about");
}

#[tokio::test]
async fn a_message_of_what_is_no_longer_so_sends_nothing() {
    let stack = Stack::from_env();
    let queue = stack.queue("mail");
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let [user, stranger] = [stack.register_user().await, stack.register_user().await];
    user.register_for(&event).await.expect(201);
    stack.mail_to(&user, "Your ticket for").await;

    let never = "00000000000000000000000000000007";
    queue
        .send_all(&[
            // These messages name a seat that the user does not have, a seat that a stranger never had, a place on the waitlist
            // that does not exist, and a cancellation that never happened.
            registrant(&event, &user, &json!({"kind": "ticket", "generation": 2})),
            registrant(
                &event,
                &stranger,
                &json!({"kind": "ticket", "generation": 1}),
            ),
            registrant(
                &event,
                &user,
                &json!({"kind": "waitlisted", "entryId": never}),
            ),
            registrant(
                &event,
                &user,
                &json!({"kind": "cancelled", "at": "2026-05-01T18:00:00Z", "waitlist": false}),
            ),
            // These messages request mails whose content is not true: the event is not cancelled, the announcement does not
            // exist, and the event begins at another time.
            audience(
                &event,
                &json!("everybody"),
                &json!({"kind": "cancelled", "version": 2}),
            ),
            audience(
                &event,
                &json!("everybody"),
                &json!({"kind": "announcement", "id": "ann_01h455vb4pex5vsknk084sn02q"}),
            ),
            audience(
                &event,
                &json!("everybody"),
                &json!({"kind": "reminder", "lead": "day", "startsAt": "2031-05-01T18:00:00Z"}),
            ),
        ])
        .await;

    organizer
        .announce_by_mail(&event, "Later.")
        .await
        .expect(201);
    stack.mail_to(&user, "News about").await;
    let subjects: Vec<String> = stack
        .mails_about(&user, event.json["title"].as_str().unwrap_or_default())
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    stack.assert_no_mail(&stranger, "Your ticket for");
}

#[tokio::test]
async fn poison_holds_up_nobody_and_is_put_aside_with_a_reason() {
    let stack = Stack::from_env();
    let queue = stack.queue("mail");
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let user = stack.register_user().await;
    user.register_for(&event).await.expect(201);
    // The announcements are made without mail. So only the messages that the test puts on the queue can cause mails.
    let mut good = Vec::new();
    for message in ["One.", "Two."] {
        let said = organizer.announce(&event, json!({ "message": message }));
        let said = said.await.expect(201);
        let about = json!({"kind": "announcement", "id": said["id"]});
        let one = json!({"one": {"userId": user.id()}});
        good.push(audience(&event, &one, &about));
    }

    let poison = [
        format!("no JSON {}", unique()),
        json!({"to": "the-moon", "id": unique()}).to_string(),
        json!({"to": "registrant", "eventId": event.id, "userId": "usr_x", "id": unique()})
            .to_string(),
    ];
    let batch = [&good[0], &poison[0], &poison[1], &poison[2], &good[1]];
    queue.send_all(&batch).await;

    stack.nth_mail_to(&user, "News about", 2).await;
    for body in &poison {
        let letter = queue.dead_letter(|other| other == body).await;
        assert!(!letter.reason.is_empty(), "{letter:?}");
    }
}
