//! Test of mails to all guests of a large event.

use std::time::Duration;

use futures::StreamExt;
use serde_json::json;
use tests::{NewEvent, Stack, User, eventually};

/// Time limit for hundreds of mails, each with a PDF. It is long because the machine may be busy.
const LONG_PATIENCE: Duration = Duration::from_mins(4);
/// Number of guests. Their seats are in six buckets.
const GUESTS: usize = 300;
const AT_ONCE: usize = 16;

/// Waits until each of `people` has received a mail whose subject contains `subject`.
async fn wait_for_all(stack: &Stack, people: &[User], subject: &str) {
    eventually(LONG_PATIENCE, async || {
        let counts = stack.count_mails_to_all(people, subject);
        let missing = counts.iter().filter(|count| **count == 0).count();
        match missing {
            0 => Ok(()),
            missing => Err(format!("{missing} without {subject:?}")),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_guests_are_told_of_a_change_once_each() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent::with_capacity(GUESTS))
        .await;
    let title = event.json["title"].as_str().unwrap_or_default();
    let people = stack.crowd(GUESTS).await;
    futures::stream::iter(&people)
        .for_each_concurrent(AT_ONCE, async |user| {
            user.register_for(&event).await.expect(201);
        })
        .await;
    let ticket = format!("Your ticket for {title}");
    wait_for_all(&stack, &people, &ticket).await;

    let moved = organizer.patch_event(&event, json!({"venue": "Harbour"}));
    moved.await.expect(200);
    let changed = format!("{title} has changed");
    wait_for_all(&stack, &people, &changed).await;

    // The mail about this guest's cancellation is sent after all the mails about the ticket and the change. When it arrives,
    // any repeated mail would have arrived too.
    let left = &people[0];
    left.cancel_registration_for(&event).await.expect(200);
    stack
        .mail_to(left, &format!("Your registration for {title}"))
        .await;
    for subject in [&ticket, &changed] {
        let counts = stack.count_mails_to_all(&people, subject);
        let others = counts.iter().filter(|count| **count != 1).count();
        assert_eq!(
            others, 0,
            "guests with another number than one of {subject:?}"
        );
    }
}
