//! Tests of `GET /health/ready`: its checks, and which of these checks determine the status.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::{Answer, LONG_PATIENCE, NewEvent, PATIENCE, Stack, emulated, eventually, unique};

/// The minimum time between two times of an accepted mail that one process reports.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(1);

async fn ready(stack: &Stack) -> Answer {
    stack.anyone().get("/health/ready").await
}

#[tokio::test]
async fn every_check_is_named_and_what_is_needed_is_there() {
    let stack = Stack::from_env();
    // The status may be `degraded`, because another test may have deleted the sender's identity in SES or left a dead letter.
    let ready = ready(&stack).await.expect(200);
    let verdict = ready.text_of("status");
    assert!(["ready", "degraded"].contains(&verdict), "{ready}");
    let checks = ready["checks"].as_object().unwrap();
    let names: Vec<_> = checks.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["deadLetters", "queues", "sender", "stream", "table"]
    );
    assert_eq!(checks["table"], json!({"status": "ok"}));
    assert_eq!(checks["queues"]["status"], "ok");
    let queues = checks["queues"]["queues"].as_object().unwrap();
    let names: Vec<_> = queues.keys().map(String::as_str).collect();
    assert_eq!(names, ["feedback", "live", "mail", "push", "tickets"]);
    for (name, queue) in queues {
        assert_eq!(queue["status"], "ok", "{name}");
        for count in ["depth", "waiting", "inFlight", "delayed"] {
            assert!(queue[count].is_u64(), "{name}: {queue}");
        }
    }
    assert!(checks["deadLetters"]["depth"].is_u64(), "{ready}");
    assert!(checks["stream"]["status"] != "failing", "{ready}");
}

#[tokio::test]
async fn nothing_of_the_inside_is_told() {
    let stack = Stack::from_env();
    let ready = ready(&stack).await.expect(200);
    for inside in ["http", "arn:", "000000000000", "em-connect", "Queue"] {
        assert!(!ready.text.contains(inside), "{inside} in {ready}");
    }
}

#[tokio::test]
async fn the_relay_answers_within_its_bound() {
    let stack = Stack::from_env();
    eventually(PATIENCE, async || {
        let ready = ready(&stack).await.when(200)?;
        // Waits until the check of the stream has a result. Before its first result, the check's status is `unknown`.
        let stream = &ready["checks"]["stream"];
        let is_told = stream["status"] == "ok" && stream["ageSeconds"].as_u64() <= Some(60);
        is_told.then_some(()).ok_or_else(|| ready.to_string())
    })
    .await;
}

#[tokio::test]
async fn a_dead_letter_degrades_the_stack_which_stays_ready() {
    let stack = Stack::from_env();
    let mails = stack.queue("mail");
    // No function can ever read this dead letter. If other tests redrive it, it returns to the dead-letter queue.
    let letter = format!("not JSON {}", unique());
    mails.bury(&letter).await;
    eventually(LONG_PATIENCE, async || {
        let ready = ready(&stack).await.when(200)?;
        let dead = &ready["checks"]["deadLetters"];
        let is_named = dead["notEmpty"]
            .as_array()
            .is_some_and(|names| names.contains(&Value::from("mail")));
        let is_told = ready["status"] == "degraded"
            && dead["status"] == "degraded"
            && dead["depth"].as_u64() >= Some(1)
            && is_named;
        is_told.then_some(()).ok_or_else(|| ready.to_string())
    })
    .await;
}

#[tokio::test]
async fn it_is_told_when_ses_took_a_mail_and_when_it_refused_one_for_the_deployments_sake() {
    let stack = emulated!("SES refuses a mail; a folder takes all");
    let reported = async |member: &str, since: Timestamp| {
        eventually(LONG_PATIENCE, async || {
            let ready = ready(&stack).await.when(200)?;
            let at = ready["checks"]["sender"][member].as_str();
            let at = at.and_then(|at| at.parse::<Timestamp>().ok());
            let is_told = at >= Some(since);
            is_told.then_some(()).ok_or_else(|| ready.to_string())
        })
        .await;
    };
    let begun = Timestamp::now();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let user = stack.register_user().await;
    // A process does not report every accepted mail, so the time may be that of a mail of another test.
    reported("acceptedAt", begun - NOTED_EVERY).await;

    let refused = Timestamp::now();
    let refusal = stack.refuse_mail_to(&user, "SendingPausedException");
    user.register_for(&event).await.expect(201);
    reported("refusedAt", refused).await;

    // The mail that SES refused is not lost. It is sent after SES accepts mail to the user again.
    drop(refusal);
    stack.mail_to(&user, "Your ticket for").await;
}
