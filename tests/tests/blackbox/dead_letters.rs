//! What could not be processed: seen and sent back by administrators.

use serde_json::{Value, json};
use tests::{NewEvent, PATIENCE, Stack, assert_problem, assert_refused, eventually};

const LIST: &str = "/v1/admin/dead-letters";

fn redrive(queue: &str) -> String {
    format!("{LIST}/{queue}/redrive")
}

#[tokio::test]
async fn a_dead_letter_is_shown_without_persons_and_goes_back_to_its_queue() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    stack.mail_to(&user, "Your ticket").await;
    // An announcement's mail to one registrant, given up while SES was away.
    let announced = organizer
        .post(
            &format!("{}/announcements", event.path()),
            json!({"message": "The bar is open."}),
        )
        .await
        .expect(201);
    let letter = json!({
        "to": "audience", "eventId": event.id, "audience": {"one": {"userId": user.id()}},
        "about": {"kind": "announcement", "id": announced["id"]}, "requestId": "test",
    });
    stack.queue("mail").bury(&letter.to_string()).await;

    eventually(PATIENCE, async || {
        let list = admin.get(LIST).await.when(200)?;
        let item = list.items().iter().find(|item| item["queue"] == "mail");
        let seen = item.is_some_and(|item| {
            let samples = item["samples"].as_array().map_or(0, Vec::len);
            item["depth"].as_u64() >= Some(1) && samples >= 1
        });
        assert!(!list.text.contains("@example.com"), "{list}");
        seen.then_some(()).ok_or_else(|| list.to_string())
    })
    .await;
    // Other tests look at the same pile, and hide letters while they do.
    eventually(PATIENCE, async || {
        let moved = admin.post(&redrive("mail"), Value::Null).await.when(202)?;
        let arrived = stack
            .mails_to(&user)
            .iter()
            .any(|mail| mail.text.contains("The bar is open."));
        arrived.then_some(()).ok_or_else(|| moved.to_string())
    })
    .await;
}

#[tokio::test]
async fn dead_letters_are_the_administrators_only() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let admin = stack.admin().await;
    assert_refused(&stack.anyone().get(LIST).await, 401);
    assert_refused(&organizer.get(LIST).await, 403);
    assert_refused(&organizer.post(&redrive("mail"), Value::Null).await, 403);
    assert_refused(&admin.post(&redrive("nothing"), Value::Null).await, 404);
    let refused = admin.post(&redrive("relay"), Value::Null).await;
    assert_problem(&refused, 409, "not-redrivable");
    let list = admin.get(LIST).await.expect(200);
    let queues: Vec<_> = list.items().iter().map(|item| &item["queue"]).collect();
    assert_eq!(
        queues,
        ["feedback", "live", "mail", "push", "relay", "tickets"]
    );
}
