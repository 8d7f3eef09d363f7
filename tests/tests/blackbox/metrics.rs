//! Tests of the metrics that docs/aws.md lists. The functions write them into their logs. A metric of `api` names the request
//! that it counts. For the metrics of other functions, the tests only check that they exist.

use serde_json::{Value, json};
use tests::{Answer, Credentials, NewEvent, OfflineScan, Stack, emulated, feedback, unique};

/// Returns the log line in which `api` counted the metric `name` for the request that got `answer`.
async fn counted(stack: &Stack, answer: &Answer, name: &str) -> Value {
    let id = answer.request_id();
    let line = stack.metric("api", name, &[id]).await;
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Namespace"], "em-connect", "{line}");
    let stage = line["Stage"].as_str().unwrap_or_default();
    assert!(!stage.is_empty(), "{line}");
    line
}

#[tokio::test]
async fn what_a_sale_comes_to_is_counted_once() {
    let stack = emulated!("reads metrics from the logs, as CloudWatch does");
    let organizer = stack.register_organizer().await;
    let (guest, late) = (stack.register_user().await, stack.register_user().await);
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;

    let confirmed = guest.register_for(&event).await.expect(201);
    let line = counted(&stack, &confirmed, "RegistrationsConfirmed").await;
    assert_eq!(line["RegistrationsConfirmed"], 1);
    assert_eq!(
        line["_aws"]["CloudWatchMetrics"][0]["Dimensions"],
        json!([["Stage"]])
    );
    let sold_out = late.register_for(&event).await.expect(409);
    let line = counted(&stack, &sold_out, "SoldOut").await;
    assert_eq!(
        (&line["SoldOut"], &line["RegistrationsConfirmed"]),
        (&json!(1), &Value::Null)
    );
    let waits = late.wait_for(&event).await.expect(201);
    counted(&stack, &waits, "WaitlistJoined").await;

    // A repeated request is logged, but does not count as a second registration.
    let again = guest.register_for(&event).await.expect(200);
    let is_request = |entry: &Value| entry["message"] == "request";
    let id = again.request_id();
    stack.log_entry("api", &[id], is_request).await;
    let lines = stack.log_entries("api", &[id, "CloudWatchMetrics"]).await;
    assert!(lines.is_empty(), "{lines:?}");
}

#[tokio::test]
async fn attempts_at_the_door_are_counted_by_what_they_came_to() {
    let stack = emulated!("reads metrics from the logs, as CloudWatch does");
    let doors = stack.open_doors(2).await;
    let (one, other) = (&doors.guests[0].ticket, &doors.guests[1].ticket);

    for result in ["admitted", "already-admitted"] {
        let scanned = doors
            .staff
            .check_in(&doors.event, &one.qr)
            .await
            .expect(200);
        let line = counted(&stack, &scanned, "CheckIns").await;
        assert_eq!(
            (&line["CheckIns"], &line["Result"]),
            (&json!(1), &json!(result))
        );
        assert_eq!(
            line["_aws"]["CloudWatchMetrics"][0]["Dimensions"],
            json!([["Stage", "Result"]])
        );
    }
    let now = jiff::Timestamp::now();
    let scans =
        [&other.code, &other.qr, &one.code].map(|shown| OfflineScan::at("north", shown, now));
    let synced = doors.staff.sync(&doors.event, &scans).await.expect(200);
    for (result, count) in [("admitted", 1), ("already-admitted", 2)] {
        let is_that = |entry: &Value| entry["Result"] == result && entry["CheckIns"] == count;
        let words = [synced.request_id(), "CheckIns"];
        stack.log_entry("api", &words, is_that).await;
    }
}

#[tokio::test]
async fn a_login_that_has_to_wait_is_counted() {
    let stack = emulated!("reads metrics from the logs, as CloudWatch does");
    let email = format!("guessed.{}@example.com", unique());
    let refused = loop {
        let password = format!("a wrong guess {}", unique());
        let email = email.clone();
        let answer = stack.try_log_in(&Credentials { email, password }).await;
        if answer.status == 429 {
            break answer;
        }
        answer.expect(401);
    };
    let line = counted(&stack, &refused, "LoginsThrottled").await;
    assert_eq!(line["LoginsThrottled"], 1);
}

#[tokio::test]
async fn what_follows_from_a_registration_is_counted_and_timed() {
    let stack = emulated!("reads metrics from the logs, as CloudWatch does");
    let organizer = stack.register_organizer().await;
    let (guest, waits) = (stack.register_user().await, stack.register_user().await);
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let viewer = stack.watch().await;
    viewer.subscribe(&event).await;
    guest.register_for(&event).await.expect(201);
    viewer.count_becomes(&event, 1).await;
    waits.wait_for(&event).await.expect(201);
    guest.ticket_of(&event).await;
    guest.cancel_registration_for(&event).await.expect(200);
    waits.ticket_of(&event).await;
    let mail = stack.mail_to(&waits, "A seat for you").await;
    let delivered = feedback::delivery(&mail).to_string();
    stack.queue("feedback").send(&delivered).await;

    for (function, name, dimensions) in [
        ("relay", "RecordAge", json!([["Stage"]])),
        ("relay", "SeatsPromoted", json!([["Stage"]])),
        ("ticket", "TicketsIssued", json!([["Stage"]])),
        ("ticket", "TicketsVoided", json!([["Stage"]])),
        ("ticket", "TicketAge", json!([["Stage"]])),
        ("notify", "MailAge", json!([["Stage"]])),
        ("ws-push", "TickAge", json!([["Stage"]])),
        ("ws-push", "Frames", json!([["Stage", "Outcome"]])),
    ] {
        let line = stack.metric(function, name, &[]).await;
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Dimensions"], dimensions, "{line}");
    }
    for outcome in ["sent", "delivered"] {
        let is_that = |entry: &Value| entry["Outcome"] == outcome && entry["Kind"] == "ticket";
        let line = stack
            .log_entry("notify", &["Mails", "ticket"], is_that)
            .await;
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        let sets = json!([["Stage", "Kind", "Outcome"], ["Stage", "Outcome"]]);
        assert_eq!(directive["Dimensions"], sets, "{line}");
    }
}
