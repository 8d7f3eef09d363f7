//! Tests of dead letters, which administrators can read and redrive.

use serde_json::{Value, json};
use tests::{NewEvent, PATIENCE, Stack, User, assert_problem, assert_refused, eventually, unique};

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
    // This announcement is not mailed. Instead, the test puts the message that mails it to one registrant into the dead-letter
    // queue, as if SES had been unavailable.
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
    // While another test inspects the dead-letter queue of `mail`, that queue hides the inspected letters. So the redrive may
    // move nothing, and the test repeats it.
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

/// The queues from which functions receive messages.
const QUEUES: [&str; 5] = ["tickets", "mail", "feedback", "live", "push"];

/// The two queues that are FIFO queues.
const ORDERED: [&str; 2] = ["live", "push"];

/// Puts a message on a queue. If the queue is a FIFO queue, the message gets the message group `group`.
async fn send(stack: &Stack, queue: &str, group: &str, body: &str) {
    if ORDERED.contains(&queue) {
        stack.queue(queue).send_to_group(group, body).await;
    } else {
        stack.queue(queue).send(body).await;
    }
}

/// Returns the sample letters of a dead-letter queue that the API shows to administrators.
async fn samples(admin: &User, queue: &str) -> Result<Vec<Value>, String> {
    let list = admin.get(LIST).await.when(200)?;
    let item = list.items().iter().find(|item| item["queue"] == queue);
    let samples = item.and_then(|item| item["samples"].as_array());
    Ok(samples.cloned().unwrap_or_default())
}

/// Returns pairs of a message and the reason that its dead letter must have. No function can read the message, or only a
/// function of a newer version can.
fn unreadable() -> [(String, &'static str); 4] {
    let mark = unique();
    [
        (format!("garbage {mark}"), "no JSON"),
        (
            format!(r#"{{"kind": "of-tomorrow", "to": "of-tomorrow", "mark": "{mark}"}}"#),
            "cannot be read",
        ),
        (format!(r#"{{"mark": "{mark}"}}"#), "cannot be read"),
        (format!(r#"["{mark}"]"#), "cannot be read"),
    ]
}

#[tokio::test]
async fn what_cannot_be_read_goes_aside_at_once_with_its_reason_from_every_queue() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let bodies = unreadable();
    for queue in QUEUES {
        for (body, _) in &bodies {
            send(&stack, queue, &unique(), body).await;
        }
    }
    for queue in QUEUES {
        for (body, expected) in &bodies {
            let dead_letters = stack.queue(queue);
            let letter = dead_letters.dead_letter(|letter| letter == body).await;
            let reason = &letter.reason;
            assert!(reason.contains(expected), "{queue}: {reason}");
        }
    }
    // While another test inspects one of these dead-letter queues, that queue hides the inspected letters. So this test reads
    // the sample letters repeatedly, until they contain its own letters.
    for queue in QUEUES {
        eventually(PATIENCE, async || {
            let samples = samples(&admin, queue).await?;
            let is_one = |sample: &&Value| {
                let reason = sample["reason"].as_str().unwrap_or_default();
                sample["kind"] == "unreadable" && reason.contains("cannot be read")
            };
            let found = samples.iter().find(is_one);
            found
                .map(drop)
                .ok_or_else(|| format!("{queue}: {samples:?}"))
        })
        .await;
    }
}

#[tokio::test]
async fn a_group_goes_on_past_what_cannot_be_read() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let viewer = stack.watch().await;
    viewer.subscribe(&event).await.expect("snapshot");
    // Messages for this event's viewers are in these two groups: `live` groups counts by event, and `push` groups frames by the
    // shard of the connections. Shard 0 is the event's first.
    for group in [event.id.clone(), format!("{}#0", event.id)] {
        for queue in ORDERED {
            for (body, _) in unreadable() {
                send(&stack, queue, &group, &body).await;
            }
        }
    }
    let user = stack.register_user().await;
    user.register_for(&event).await.expect(201);
    viewer.count_becomes(&event, 1).await;
    let said = organizer.announce(&event, json!({"message": "Hello."}));
    said.await.expect(201);
    viewer.frame("announcement").await;
}

/// A redrive sends only the body of a letter. If no function can read the body, the message returns as a new dead letter, and
/// the service determines the reason again. In this test the reason does not change.
#[tokio::test]
async fn a_redrive_takes_the_reason_off() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    for queue in QUEUES {
        let (body, _) = &unreadable()[0];
        send(&stack, queue, &unique(), body).await;
        let letters = stack.queue(queue);
        let first = letters.dead_letter(|letter| letter == body).await;
        eventually(PATIENCE, async || {
            admin.post(&redrive(queue), Value::Null).await.when(202)?;
            let letter = letters.dead_letter(|letter| letter == body).await;
            if letter.id == first.id {
                return Err(format!("{queue}: still the first"));
            }
            assert_eq!(letter.reason, first.reason);
            Ok(())
        })
        .await;
    }
}

/// If a letter that was redriven returns within milliseconds, the same redrive does not move it a second time.
#[tokio::test]
async fn a_redrive_moves_no_more_letters_than_lay_there() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let letters = stack.queue("tickets");
    let bodies: Vec<String> = (0..8).map(|_| format!("garbage {}", unique())).collect();
    for body in &bodies {
        letters.send(body).await;
    }
    for body in &bodies {
        letters.dead_letter(|letter| letter == body).await;
    }
    // While another test inspects the dead-letter queue of `tickets`, that queue hides the inspected letters. So this test
    // repeats the redrive until it has moved letters.
    let (moved, request) = eventually(PATIENCE, async || {
        let answer = admin.post(&redrive("tickets"), Value::Null).await;
        let answer = answer.when(202)?;
        match answer["moved"].as_u64() {
            Some(moved @ 1..) => Ok((moved, answer.request_id().to_owned())),
            _ => Err(answer.to_string()),
        }
    })
    .await;
    let depth = eventually(PATIENCE, async || {
        let path = "/v1/admin/audit?action=dead-letters.redriven&object=tickets&limit=100";
        let log = admin.get(path).await.when(200)?;
        let is_ours = |item: &&Value| item["requestId"] == json!(request);
        let entry = log.items().iter().find(is_ours);
        entry
            .and_then(|entry| entry["detail"]["depth"].as_u64())
            .ok_or_else(|| log.to_string())
    })
    .await;
    assert!(moved <= depth, "{moved} of {depth} letters moved");
    for body in &bodies {
        letters.dead_letter(|letter| letter == body).await;
    }
}
