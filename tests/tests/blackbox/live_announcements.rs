//! Tests that announcements and changes of events are sent to viewers immediately.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Event, Frame, NewEvent, Stack, User, Viewer, in_hours, shape_of, unique};

/// Fields that every change of an event sets. An `event` frame may name them as changed or leave them out.
const BOOKKEEPING: [&str; 2] = ["version", "updatedAt"];

async fn viewer_of(stack: &Stack, event: &Event) -> Viewer {
    let viewer = stack.watch().await;
    viewer.subscribe(event).await.expect("snapshot");
    viewer
}

/// Returns the fields that an `event` frame names as changed, without those in [`BOOKKEEPING`].
#[track_caller]
fn changed(frame: &Frame) -> BTreeSet<&str> {
    let Some(names) = frame["changed"].as_array() else {
        panic!("no `changed` in {frame}");
    };
    let names = names.iter().filter_map(Value::as_str);
    names.filter(|name| !BOOKKEEPING.contains(name)).collect()
}

#[tokio::test]
async fn an_announcement_reaches_whoever_watches_the_event() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let other_event = organizer.published_event(NewEvent::default()).await;
    let signed_in = stack.register_user().await.watch().await;
    signed_in.subscribe(&event).await.expect("snapshot");
    let viewers = [viewer_of(&stack, &event).await, signed_in];
    let elsewhere = viewer_of(&stack, &other_event).await;

    let longest = "🎉".repeat(2_000);
    for message in ["Doors open at seven.", "At eight,\n\"sorry\".", &longest] {
        let said = organizer.announce(&event, json!({"message": message}));
        let said = said.await.expect(201);
        for viewer in &viewers {
            let heard = viewer.frame_once(|frame| frame["id"] == said["id"]).await;
            let mut expected = said.json.clone();
            expected["type"] = "announcement".into();
            assert_eq!(heard.json, expected);
        }
    }
    // If the service had sent a frame about `event` to `elsewhere`, the viewer of the other event, that frame would have
    // arrived before the frame of this announcement.
    let said = organizer.announce(&other_event, json!({"message": "Hello."}));
    let said = said.await.expect(201);
    let heard = elsewhere.frame("announcement").await;
    assert_eq!(heard["id"], said["id"], "{heard}");
}

#[tokio::test]
async fn a_change_of_the_event_names_what_is_different_now() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let viewer = viewer_of(&stack, &event).await;
    let venue = &event.json["venue"];

    let rows = [
        (
            json!({"title": format!("Night {}", unique())}),
            vec!["title"],
        ),
        // By default the doors open twelve hours before the start. So a new start time also changes the time at which the doors
        // open.
        (
            json!({"startsAt": in_hours(30 * 24 + 1)}),
            vec!["startsAt", "doorsOpenAt"],
        ),
        // If a field gets the value that it already has, the frame does not name it.
        (
            json!({"venue": venue, "category": "jazz"}),
            vec!["category"],
        ),
        (json!({"venue": "Harbour"}), vec!["venue"]),
    ];
    for (changes, expected) in rows {
        let answer = organizer.patch_event(&event, changes).await.expect(200);
        let expected = BTreeSet::from_iter(expected);
        let names_it = |frame: &Frame| frame.is("event") && changed(frame) == expected;
        let heard = viewer.frame_once(names_it).await;
        assert!(heard.is_about(&event), "{heard}");
        assert_eq!(heard["status"], answer["status"], "{heard}");
    }
    let both = json!({"title": format!("Day {}", unique()), "venue": "Town hall"});
    organizer.patch_event(&event, both).await.expect(200);
    let expected = BTreeSet::from(["title", "venue"]);
    viewer
        .frame_once(|frame| frame.is("event") && changed(frame) == expected)
        .await;
}

#[tokio::test]
async fn who_watches_hears_that_the_event_is_off() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let viewer = viewer_of(&stack, &event).await;

    organizer.cancel(&event).await.expect(200);
    let is_off = |frame: &Frame| frame.is("event") && frame["status"] == "cancelled";
    let heard = viewer.frame_once(is_off).await;
    assert!(heard.is_about(&event), "{heard}");
    assert!(changed(&heard).contains("status"), "{heard}");
    let mut shown = shape_of(&heard.json);
    shown["changed"] = "[names]".into();
    insta::assert_json_snapshot!(shown, @r#"
    {
      "changed": "[names]",
      "eventId": "evt_[id]",
      "status": "cancelled",
      "type": "event"
    }
    "#);
    // The organizer may still make announcements after the cancellation.
    let said = organizer.announce(&event, json!({"message": "We are sorry."}));
    let said = said.await.expect(201);
    let heard = viewer.frame("announcement").await;
    assert_eq!(heard["id"], said["id"], "{heard}");
}

#[tokio::test]
async fn no_public_frame_names_a_person() {
    let stack = Stack::from_env();
    let organizer = stack
        .register_organizer_named(&format!("Ada {}", unique()))
        .await;
    let event = organizer
        .published_event(NewEvent::with_open_doors(2))
        .await;
    let mut people: Vec<User> = Vec::new();
    for _ in 0..3 {
        let name = format!("Zoe {}", unique());
        people.push(stack.register_user_named(&name).await);
    }
    let signed_in = people[0].watch().await;
    signed_in.subscribe(&event).await.expect("snapshot");
    let viewers = [viewer_of(&stack, &event).await, signed_in];

    // The test causes frames of every kind: seats, a place on the waitlist, a promotion, an admission, an announcement, a
    // change, and the event's end.
    people[0].register_for(&event).await.expect(201);
    people[1].register_for(&event).await.expect(201);
    people[2].wait_for(&event).await.expect(201);
    let ticket = people[0].ticket_of(&event).await;
    let admitted = organizer.check_in_at(&event, "North", &ticket.code).await;
    tests::assert_result(&admitted, "admitted");
    let left = people[1].cancel_registration_for(&event);
    left.await.expect(200);
    let promoted = people[2].ticket_of(&event).await;
    let said = organizer.announce(&event, json!({"message": "Welcome."}));
    said.await.expect(201);
    let moved = organizer.patch_event(&event, json!({"venue": "Harbour"}));
    moved.await.expect(200);
    organizer.cancel(&event).await.expect(200);

    people.push(organizer);
    let accounts = people.iter().map(|user| &user.account);
    let mut personal: Vec<&str> = accounts
        .flat_map(|account| [&*account.id, &*account.name, &*account.email])
        .collect();
    personal.extend([&*ticket.code, &*promoted.code, "usr_", "@example.com"]);
    for viewer in &viewers {
        viewer.frame("announcement").await;
        let is_off = |frame: &Frame| frame["status"] == "cancelled";
        viewer.state_once(&event, is_off).await;
        viewer
            .frame_once(|frame| frame.is("event") && is_off(frame))
            .await;
        for frame in viewer.frames() {
            let found = personal.iter().find(|text| frame.text.contains(**text));
            assert!(found.is_none(), "{found:?} in {frame}");
        }
    }
}
