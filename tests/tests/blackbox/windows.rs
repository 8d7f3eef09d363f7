//! Tests of the time window in which registration for an event is open. Requests outside this window are refused.

use futures::future::join_all;
use tests::{
    Answer, NewEvent, Stack, assert_problem, assert_refused, in_days, in_hours, in_seconds,
    wait_until,
};

/// Seconds until the registration for an event of these tests opens or closes. The event can be published before that time, and
/// the test can wait for it.
const SOON_SECONDS: i64 = 10;

#[track_caller]
fn assert_closed(answer: &Answer, reason: &str) {
    assert_problem(answer, 409, "registration-closed");
    assert_eq!(answer["reason"], reason, "{answer}");
}

#[tokio::test]
async fn registration_is_not_open_yet() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer
        .published_event(NewEvent {
            registration_opens_at: Some(in_days(1)),
            ..NewEvent::default()
        })
        .await;

    assert_closed(&user.register_for(&event).await, "not-open-yet");
    assert_refused(&user.registration_for(&event).await, 404);
}

#[tokio::test]
async fn registration_opens_at_its_time() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let opens_at = in_seconds(SOON_SECONDS);
    let event = organizer
        .published_event(NewEvent {
            registration_opens_at: Some(opens_at),
            ..NewEvent::default()
        })
        .await;

    wait_until(opens_at).await;
    user.register_for(&event).await.expect(201);
}

#[tokio::test]
async fn registration_closes_at_its_time() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let [early, late] = [stack.register_user().await, stack.register_user().await];
    let closes_at = in_seconds(SOON_SECONDS);
    let event = organizer
        .published_event(NewEvent {
            registration_closes_at: Some(closes_at),
            ..NewEvent::default()
        })
        .await;
    early.register_for(&event).await.expect(201);

    wait_until(closes_at).await;
    assert_closed(&late.register_for(&event).await, "closed");
    let own = early.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "confirmed");
}

#[tokio::test]
async fn an_event_that_has_started_takes_no_registration_and_gives_none_back() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let [early, late] = [stack.register_user().await, stack.register_user().await];
    let starts_at = in_seconds(SOON_SECONDS);
    let event = organizer
        .published_event(NewEvent {
            starts_at,
            ends_at: in_hours(2),
            ..NewEvent::default()
        })
        .await;
    early.register_for(&event).await.expect(201);

    wait_until(starts_at).await;
    assert_closed(&late.register_for(&event).await, "started");
    let refused = early.cancel_registration_for(&event).await;
    assert_problem(&refused, 409, "event-started");
    let own = early.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "confirmed");
}

#[tokio::test]
async fn a_completed_event_takes_no_registration() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    organizer.complete(&event).await.expect(200);

    assert_closed(&user.register_for(&event).await, "completed");
}

#[tokio::test]
async fn a_draft_does_not_exist_for_who_wants_to_register() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let draft = organizer.draft_event(NewEvent::default()).await;

    assert_refused(&user.register_for(&draft).await, 404);
    assert_refused(&user.registration_for(&draft).await, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_cancelling_an_event_has_returned_nobody_gets_in() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let admin = stack.admin().await;
    let event = organizer.published_event(NewEvent::with_capacity(80)).await;
    let crowd = stack.crowd(40).await;
    let (early, late) = crowd.split_at(10);
    // These registrations make the processes that answer them cache the event as open.
    for answer in join_all(early.iter().map(|user| user.register_for(&event))).await {
        answer.expect(201);
    }

    organizer.cancel(&event).await.expect(200);

    for answer in join_all(late.iter().map(|user| user.register_for(&event))).await {
        assert_closed(&answer, "cancelled");
    }
    for user in late {
        assert_refused(&user.registration_for(&event).await, 404);
    }
    let seats = admin.seats_of(&event).await;
    seats.assert_balanced(80);
    assert_eq!(seats.guests, 10, "{seats:?}");
}
