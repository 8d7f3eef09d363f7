//! Tests of the door topic, which the staff of an event's door can watch.

use jiff::Timestamp;
use serde_json::json;
use tests::{
    Event, Frame, NewEvent, Stack, Viewer, assert_done, assert_result, assert_since, shape_of,
};

/// Waits for the `check-in` frame of a scan at this gate, and returns that frame.
async fn check_in_at(viewer: &Viewer, gate: &str) -> Frame {
    viewer
        .frame_once(|frame| frame.is("check-in") && frame["gate"] == gate)
        .await
}

/// Asserts that the viewer's subscription to the door is refused with the error `code`, and that the connection stays open.
async fn assert_turned_away(viewer: &Viewer, event: &Event, code: &str) {
    let refused = viewer.subscribe_to_door(event).await.expect_error(code);
    assert!(refused.is_about(event), "{refused}");
    viewer.subscribe(event).await.expect("snapshot");
}

#[tokio::test]
async fn staff_organizer_and_administrator_see_who_comes_in() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, ticket) = (&doors.event, &doors.guests[0].ticket);
    let begun = Timestamp::now();
    let mut viewers = Vec::new();
    for caller in [&doors.staff, &doors.organizer, &stack.admin().await] {
        let viewer = caller.watch().await;
        let snapshot = viewer.subscribe_to_door(event).await.expect("snapshot");
        assert!(snapshot.is_about(event), "{snapshot}");
        assert_eq!(snapshot["topic"], "door", "{snapshot}");
        viewers.push(viewer);
    }

    let scanned = doors.staff.check_in_at(event, "North", &ticket.qr).await;
    assert_result(&scanned, "admitted");
    for viewer in &viewers {
        let seen = check_in_at(viewer, "North").await;
        assert!(seen.is_about(event), "{seen}");
        assert_eq!(seen["code"], json!(ticket.code), "{seen}");
        assert_since(begun, &seen["at"]);
        insta::allow_duplicates! {
            insta::assert_json_snapshot!(shape_of(&seen.json), @r#"
            {
              "at": "[time]",
              "code": "[code]",
              "eventId": "evt_[id]",
              "gate": "North",
              "result": "admitted",
              "type": "check-in"
            }
            "#);
        }
    }
}

#[tokio::test]
async fn who_is_refused_is_seen_too() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let (event, staff) = (&doors.event, &doors.staff);
    let [admitted, cancelled] = [&doors.guests[0], &doors.guests[1]];
    let left = cancelled.user.cancel_registration_for(event).await;
    left.expect(200);
    staff.wait_for_status(&cancelled.ticket, "void").await;
    let viewer = doors.organizer.watch().await;
    viewer.subscribe_to_door(event).await.expect("snapshot");

    let rows = [
        ("g1", &*admitted.ticket.qr, "admitted"),
        ("g2", &admitted.ticket.code, "already-admitted"),
        ("g3", &cancelled.ticket.qr, "void"),
        ("g4", "0000-0000-0000", "invalid"),
        ("g5", "🎫", "invalid"),
    ];
    for (gate, content, result) in rows {
        let scanned = staff.check_in_at(event, gate, content).await;
        assert_result(&scanned, result);
        let seen = check_in_at(&viewer, gate).await;
        assert_eq!(seen["result"], result, "{seen}");
        assert_eq!(seen["reason"], scanned["reason"], "{seen}");
    }
    for (gate, guest) in [("g1", admitted), ("g2", admitted), ("g3", cancelled)] {
        let seen = check_in_at(&viewer, gate).await;
        assert_eq!(seen["code"], json!(guest.ticket.code), "{seen}");
    }
    // If a scan names no gate, its frame has no gate either.
    let scanned = staff.check_in(event, &admitted.ticket.code).await;
    assert_result(&scanned, "already-admitted");
    let nowhere = |frame: &Frame| frame.is("check-in") && frame["gate"].is_null();
    viewer.frame_once(nowhere).await;
}

#[tokio::test]
async fn nobody_else_sees_the_door() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let other_event = organizer.published_event(NewEvent::default()).await;
    let [guest, staff_elsewhere] = [stack.register_user().await, stack.register_user().await];
    guest.register_for(&event).await.expect(201);
    assert_done(
        &organizer
            .add_staff(&other_event, staff_elsewhere.id())
            .await,
    );
    let other_organizer = stack.register_organizer().await;

    assert_turned_away(&stack.watch().await, &event, "unauthorized").await;
    for caller in [&guest, &staff_elsewhere, &other_organizer] {
        assert_turned_away(&caller.watch().await, &event, "forbidden").await;
    }
    // The guest may subscribe to the door after becoming door staff.
    let viewer = guest.watch().await;
    assert_turned_away(&viewer, &event, "forbidden").await;
    assert_done(&organizer.add_staff(&event, guest.id()).await);
    viewer.subscribe_to_door(&event).await.expect("snapshot");
}

#[tokio::test]
async fn the_public_topic_and_the_door_are_kept_apart() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, organizer) = (&doors.event, &doors.organizer);
    let door = doors.staff.watch().await;
    door.subscribe_to_door(event).await.expect("snapshot");
    let public = [doors.staff.watch().await, stack.watch().await];
    for viewer in &public {
        viewer.subscribe(event).await.expect("snapshot");
    }

    let code = &doors.guests[0].ticket.code;
    let scanned = doors.staff.check_in_at(event, "North", code).await;
    assert_result(&scanned, "admitted");
    check_in_at(&door, "North").await;
    let said = organizer.announce(event, json!({"message": "Welcome."}));
    said.await.expect(201);
    // If a viewer of the public topic had been sent a `check-in` frame, that frame would have arrived before the announcement.
    for viewer in &public {
        viewer.frame("announcement").await;
        let seen = viewer.frames_of("check-in");
        assert!(seen.is_empty(), "{seen:?}");
    }
    let again = doors.staff.check_in_at(event, "South", code).await;
    assert_result(&again, "already-admitted");
    check_in_at(&door, "South").await;
    let heard = door.frames_of("announcement");
    assert!(heard.is_empty(), "{heard:?}");
}

#[tokio::test]
async fn leaving_the_door_leaves_the_public_topic_as_it_is() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, organizer) = (&doors.event, &doors.organizer);
    let stays = organizer.watch().await;
    stays.subscribe_to_door(event).await.expect("snapshot");
    let leaves = organizer.watch().await;
    let public = leaves.subscribe(event).await.expect("snapshot");
    assert!(public["topic"].is_null(), "{public}");
    leaves.subscribe_to_door(event).await.expect("snapshot");

    let done = leaves.unsubscribe_from_door(event).await;
    let expected = json!({"type": "unsubscribed", "eventId": event.id, "topic": "door"});
    assert_eq!(done.json, expected);
    let code = &doors.guests[0].ticket.code;
    let scanned = organizer.check_in_at(event, "North", code).await;
    assert_result(&scanned, "admitted");
    check_in_at(&stays, "North").await;
    let said = organizer.announce(event, json!({"message": "Welcome."}));
    said.await.expect(201);
    leaves.frame("announcement").await;
    let seen = leaves.frames_of("check-in");
    assert!(seen.is_empty(), "{seen:?}");
}
