//! Tests that nobody gets a seat after a call that closes an event has returned.

use futures::future::join_all;
use tests::{NewEvent, Stack, assert_problem};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_of_100_registrations_succeeds_after_the_cancellation() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let crowd = stack.crowd(120).await;
    let event = organizer
        .published_event(NewEvent::with_capacity(200))
        .await;

    // Some registrations arrive while the event is cancelled. The processes that answer them have cached the event as open.
    let (before, after) = crowd.split_at(20);
    let (cancelled, early) = futures::join!(
        organizer.cancel(&event),
        join_all(before.iter().map(|user| user.register_for(&event)))
    );
    cancelled.expect(200);
    let seats = stack.admin().await.seats_of(&event).await;
    let late = join_all(after.iter().map(|user| user.register_for(&event))).await;

    for answer in &late {
        assert_problem(answer, 409, "registration-closed");
        assert_eq!(answer["reason"], "cancelled", "{answer}");
    }
    let seated = early.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(seats.guests, seated, "{seats:?}");
    let now = stack.admin().await.seats_of(&event).await;
    assert_eq!(now.guests, seated, "{now:?}");
}
