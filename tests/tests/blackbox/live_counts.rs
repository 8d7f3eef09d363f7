//! Tests of the live counts of an event, which anybody may watch.

use std::collections::BTreeSet;

use futures::future::join_all;
use jiff::Timestamp;
use serde_json::json;
use tests::{
    Event, Frame, NewEvent, PATIENCE, Stack, User, Viewer, assert_since, eventually, shape_of,
};

/// Creates and publishes an event with `seats` seats.
async fn event_of(organizer: &User, seats: usize) -> Event {
    organizer
        .published_event(NewEvent::with_capacity(seats))
        .await
}

/// Returns a viewer that has subscribed to all these events.
async fn viewer_of(stack: &Stack, events: &[&Event]) -> Viewer {
    let viewer = stack.watch().await;
    for event in events {
        viewer.subscribe(event).await.expect("snapshot");
    }
    viewer
}

/// Waits for a `count` frame with these numbers: registered, remaining, capacity and waitlisted.
async fn count_becomes(viewer: &Viewer, event: &Event, numbers: [usize; 4]) -> Frame {
    let members = ["registered", "remaining", "capacity", "waitlisted"];
    let has_numbers = |state: &Frame| {
        let mut pairs = members.iter().zip(numbers);
        pairs.all(|(member, number)| state[*member] == number)
    };
    viewer.state_once(event, has_numbers).await.expect("count")
}

#[tokio::test]
async fn a_snapshot_has_the_whole_state() {
    let begun = Timestamp::now();
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = event_of(&organizer, 3).await;
    for user in stack.crowd(2).await {
        user.register_for(&event).await.expect(201);
    }

    let viewer = stack.watch().await;
    // The counts in a snapshot may be old for a while, like the counts in the event itself. So the test subscribes until they
    // are current.
    let snapshot = eventually(PATIENCE, async || {
        let snapshot = viewer.subscribe(&event).await.expect("snapshot");
        match &snapshot["registered"] {
            registered if *registered == 2 => Ok(snapshot),
            _ => Err(snapshot.to_string()),
        }
    })
    .await;
    assert!(snapshot.is_about(&event), "{snapshot}");
    assert_since(begun, &snapshot["asOf"]);
    insta::assert_json_snapshot!(shape_of(&snapshot.json), @r#"
    {
      "asOf": "[time]",
      "capacity": 3,
      "eventId": "evt_[id]",
      "registered": 2,
      "remaining": 1,
      "status": "published",
      "type": "snapshot",
      "waitlisted": 0
    }
    "#);
}

#[tokio::test]
async fn the_count_follows_whatever_happens_to_the_seats() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = event_of(&organizer, 1).await;
    let people = stack.crowd(2).await;
    let viewer = viewer_of(&stack, &[&event]).await;

    people[0].register_for(&event).await.expect(201);
    let first = count_becomes(&viewer, &event, [1, 0, 1, 0]).await;
    people[1].wait_for(&event).await.expect(201);
    count_becomes(&viewer, &event, [1, 0, 1, 1]).await;
    // The two new seats go first to the user on the waitlist.
    let raised = organizer.patch_event(&event, json!({"capacity": 3}));
    raised.await.expect(200);
    count_becomes(&viewer, &event, [2, 1, 3, 0]).await;
    let left = people[0].cancel_registration_for(&event);
    left.await.expect(200);
    count_becomes(&viewer, &event, [1, 2, 3, 0]).await;
    organizer.cancel(&event).await.expect(200);
    let is_off = |state: &Frame| state["status"] == "cancelled";
    viewer.state_once(&event, is_off).await.expect("count");

    viewer.assert_in_order(&event);
    insta::assert_json_snapshot!(shape_of(&first.json), @r#"
    {
      "asOf": "[time]",
      "capacity": 1,
      "eventId": "evt_[id]",
      "registered": 1,
      "remaining": 0,
      "status": "published",
      "type": "count",
      "waitlisted": 0
    }
    "#);
    // A viewer who subscribes after the cancellation also gets the event's status.
    let late = viewer_of(&stack, &[&event]).await;
    late.state_once(&event, is_off).await;
}

#[tokio::test]
async fn counts_never_go_back_and_end_on_the_truth() {
    const GUESTS: usize = 20;
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = event_of(&organizer, 50).await;
    let crowd = stack.crowd(GUESTS).await;
    let viewers = [
        viewer_of(&stack, &[&event]).await,
        viewer_of(&stack, &[&event]).await,
    ];

    let answers = join_all(crowd.iter().map(|user| user.register_for(&event))).await;
    for answer in answers {
        answer.expect(201);
    }
    for viewer in &viewers {
        count_becomes(viewer, &event, [GUESTS, 50 - GUESTS, 50, 0]).await;
        viewer.assert_in_order(&event);
        let states = viewer.states_of(&event);
        let registered = states.iter().map(|state| state["registered"].as_u64());
        assert!(registered.is_sorted(), "{states:?}");
    }
}

#[tokio::test]
async fn subscribing_again_gives_another_snapshot_and_no_count_twice() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = event_of(&organizer, 5).await;
    let viewer = viewer_of(&stack, &[&event, &event, &event]).await;
    assert_eq!(viewer.frames_of("snapshot").len(), 3);

    for (registered, user) in (1..).zip(stack.crowd(2).await) {
        user.register_for(&event).await.expect(201);
        viewer.count_becomes(&event, registered).await;
    }
    // The viewer subscribed to the event three times. If these were three separate subscriptions, every count would arrive
    // three times. The service may push some counts twice, but not all of them.
    let counts: Vec<String> = viewer
        .frames_of("count")
        .into_iter()
        .map(|frame| frame.text)
        .collect();
    let distinct: BTreeSet<&String> = counts.iter().collect();
    assert!(counts.len() < 3 * distinct.len(), "{counts:?}");
    viewer.assert_in_order(&event);
}

#[tokio::test]
async fn two_events_on_one_connection_are_kept_apart() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let one = event_of(&organizer, 5).await;
    let other = event_of(&organizer, 7).await;
    let crowd = stack.crowd(3).await;
    let viewer = viewer_of(&stack, &[&one, &other]).await;

    for user in &crowd[..2] {
        user.register_for(&one).await.expect(201);
    }
    count_becomes(&viewer, &one, [2, 3, 5, 0]).await;
    crowd[2].register_for(&other).await.expect(201);
    count_becomes(&viewer, &other, [1, 6, 7, 0]).await;

    for (event, seats) in [(&one, 5), (&other, 7)] {
        viewer.assert_in_order(event);
        for state in viewer.states_of(event) {
            assert_eq!(state["capacity"], seats, "{state}");
        }
    }
    let last = viewer.states_of(&one).pop().unwrap();
    assert_eq!(last["registered"], 2, "{last}");
}

#[tokio::test]
async fn after_unsubscribing_nothing_of_the_event_comes() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = event_of(&organizer, 5).await;
    let other_event = event_of(&organizer, 5).await;
    let crowd = stack.crowd(2).await;
    let leaves = viewer_of(&stack, &[&event, &other_event]).await;
    let stays = viewer_of(&stack, &[&event]).await;

    let done = leaves.unsubscribe(&event).await;
    assert_eq!(
        done.json,
        json!({"type": "unsubscribed", "eventId": event.id})
    );
    let frames_before = leaves.frames().len();
    crowd[0].register_for(&event).await.expect(201);
    stays.count_becomes(&event, 1).await;
    let said = organizer.announce(&event, json!({"message": "One."}));
    said.await.expect(201);
    stays.frame("announcement").await;
    // Waits until the viewer `leaves` gets a later count of the other event, to which it is still subscribed.
    crowd[1].register_for(&other_event).await.expect(201);
    leaves.count_becomes(&other_event, 1).await;

    let since = leaves.frames().split_off(frames_before);
    let stray = since.iter().find(|frame| frame.is_about(&event));
    assert!(stray.is_none(), "{stray:?}");
    // The viewer may subscribe again to the event that it left, and then gets the event's current count.
    leaves.subscribe(&event).await.expect("snapshot");
    leaves.count_becomes(&event, 1).await;
}

#[tokio::test]
async fn who_was_cut_off_sees_on_the_next_connection_what_has_changed() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = event_of(&organizer, 5).await;
    let stays = viewer_of(&stack, &[&event]).await;
    viewer_of(&stack, &[&event]).await.kill().await;

    for (registered, user) in (1..).zip(stack.crowd(2).await) {
        user.register_for(&event).await.expect(201);
        stays.count_becomes(&event, registered).await;
    }
    let again = viewer_of(&stack, &[&event]).await;
    again.count_becomes(&event, 2).await;
    assert!(stays.is_open());
}
