//! Tests that the logs contain the request id of an answer in the entries of every function that worked on the request's
//! effects, up to the mail.

use serde_json::{Value, json};
use tests::{Answer, NewEvent, Stack};

/// Asserts that `api` logged the request that got `answer`. Also asserts that the relay logged the request's id when it
/// processed the records that the request wrote.
async fn assert_traced(stack: &Stack, answer: &Answer) {
    let id = answer.request_id();
    let request = stack
        .log_entry("api", &[id], |entry| entry["message"] == "request")
        .await;
    assert_eq!(request["request_id"], id);
    assert_eq!(request["http.status"], answer.status);
    let is_named = |entry: &Value| {
        let named = entry["request_ids"].as_str().unwrap_or_default();
        named.split(' ').any(|named| named == id)
    };
    stack.log_entry("relay", &[id], is_named).await;
}

/// Asserts that `notify` logged that it sent a mail of this kind, and logged the id of the request that caused the mail.
async fn assert_mailed(stack: &Stack, answer: &Answer, kind: &str) {
    let id = answer.request_id();
    let is_that = |entry: &Value| entry["request_id"] == id && entry["mail.kind"] == kind;
    let settled = stack.log_entry("notify", &[id], is_that).await;
    assert_eq!(
        (&settled["message"], &settled["state"]),
        (&json!("mail_settled"), &json!("sent"))
    );
}

#[tokio::test]
async fn a_registration_is_found_up_to_its_ticket_and_the_mail_with_it() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let guest = stack.register_user().await;
    let event = organizer.published_event(NewEvent::with_capacity(5)).await;

    let registered = guest.register_for(&event).await.expect(201);

    let id = registered.request_id();
    assert_traced(&stack, &registered).await;
    let settled = stack
        .log_entry("ticket", &[id], |entry| {
            entry["message"] == "tickets_settled"
        })
        .await;
    assert_eq!(
        (&settled["request_id"], &settled["issued"]),
        (&json!(id), &json!(true))
    );
    assert_mailed(&stack, &registered, "ticket").await;
    let mail = stack.mail_to(&guest, "Your ticket for").await;
    assert_eq!(mail.header("X-Request-Id"), id);
}

#[tokio::test]
async fn an_event_that_is_changed_and_cancelled_is_found_up_to_the_mails_to_everybody() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let guest = stack.register_user().await;
    let event = organizer.published_event(NewEvent::with_capacity(5)).await;
    guest.register_for(&event).await.expect(201);
    guest.ticket_of(&event).await;

    let changes = json!({"title": "Another evening", "capacity": 6});
    let moved = organizer.patch_event(&event, changes).await.expect(200);
    assert_traced(&stack, &moved).await;
    assert_mailed(&stack, &moved, "updated").await;
    let mail = stack.mail_to(&guest, "is now").await;
    assert_eq!(mail.header("X-Request-Id"), moved.request_id());

    let said = organizer
        .announce_by_mail(&event, "Soon.")
        .await
        .expect(201);
    assert_traced(&stack, &said).await;
    assert_mailed(&stack, &said, "announcement").await;

    let cancelled = organizer.cancel(&event).await.expect(200);
    assert_traced(&stack, &cancelled).await;
    assert_mailed(&stack, &cancelled, "event-cancelled").await;
    let mail = stack.mail_to(&guest, "was cancelled").await;
    assert_eq!(mail.header("X-Request-Id"), cancelled.request_id());
}

#[tokio::test]
async fn a_seat_given_back_is_found_up_to_the_ticket_of_whoever_waited() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (guest, waits) = (stack.register_user().await, stack.register_user().await);
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    guest.register_for(&event).await.expect(201);
    let joined = waits.wait_for(&event).await.expect(201);
    assert_traced(&stack, &joined).await;
    assert_mailed(&stack, &joined, "waitlisted").await;

    let left = guest.cancel_registration_for(&event).await.expect(200);

    let id = left.request_id();
    assert_traced(&stack, &left).await;
    let offered = stack
        .log_entry("relay", &[id], |entry| entry["message"] == "seats_offered")
        .await;
    assert_eq!(
        (&offered["request_id"], &offered["promoted"]),
        (&json!(id), &json!(1))
    );
    assert_mailed(&stack, &left, "cancelled").await;
    assert_mailed(&stack, &left, "ticket").await;
    let mail = stack.mail_to(&waits, "A seat for you").await;
    assert_eq!(mail.header("X-Request-Id"), id);
}
