//! Tests of the door. A ticket admits a guest once, only at its own event, and only while the doors are open.

use futures::{future::join_all, join};
use jiff::Timestamp;
use serde_json::json;
use tests::{
    Answer, NewEvent, Stack, assert_done, assert_invalid_because, assert_problem, assert_result,
    assert_since, device_at, guests_of, in_hours, in_seconds, time_in, wait_until,
};

/// Seconds until an event of these tests starts. A ticket can be issued before the start, and the test can wait for the event's
/// end.
const SOON_SECONDS: i64 = 12;

#[tokio::test]
async fn a_ticket_admits_by_its_code_and_by_its_qr_content() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let begun = Timestamp::now();
    let scans = [
        (&doors.guests[0], &doors.guests[0].ticket.code),
        (&doors.guests[1], &doors.guests[1].ticket.qr),
    ];
    for (guest, content) in scans {
        let event = &doors.event;
        let scanned = doors.staff.check_in_at(event, "North", content).await;

        assert_result(&scanned, "admitted");
        assert_since(begun, &scanned["admittedAt"]);
        assert_eq!(scanned["gate"], "North", "{scanned}");
        assert_eq!(scanned["deviceId"], device_at("North"), "{scanned}");
        let ticket = &scanned["ticket"];
        assert_eq!(ticket["code"], json!(guest.ticket.code), "{scanned}");
        assert_eq!(ticket["userId"], guest.user.id(), "{scanned}");
        let holder = &guest.user.account.name;
        assert_eq!(ticket["holderName"], json!(holder), "{scanned}");

        let now = guest.user.read_again(&guest.ticket).await;
        assert_eq!(now.json["status"], "admitted", "{}", now.json);
        let admitted_at = time_in(&now.json["admittedAt"]);
        assert_eq!(admitted_at, time_in(&scanned["admittedAt"]), "{scanned}");
    }
}

#[tokio::test]
async fn a_ticket_admits_without_a_gate_and_typed_badly() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(5).await;
    for guest in &doors.guests {
        let typed = guest.ticket.code_typed_badly();
        let scanned = doors.staff.check_in(&doors.event, &typed).await;
        assert_result(&scanned, "admitted");
        let code = json!(guest.ticket.code);
        assert_eq!(scanned["ticket"]["code"], code, "{scanned}");
        assert!(scanned["gate"].is_null(), "{scanned}");
        assert!(scanned["deviceId"].is_null(), "{scanned}");
    }
}

#[tokio::test]
async fn the_second_scan_is_told_of_the_first() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, ticket) = (&doors.event, &doors.guests[0].ticket);
    let first = doors.staff.check_in_at(event, "North", &ticket.code).await;
    assert_result(&first, "admitted");

    for content in [&ticket.code, &ticket.qr] {
        let again = doors.organizer.check_in_at(event, "South", content).await;
        assert_told_of(&again, &first);
        assert_eq!(again["ticket"]["code"], json!(ticket.code), "{again}");
        assert!(again["ticket"]["holderName"].is_string(), "{again}");
    }
}

/// Asserts that the scan was refused as `already-admitted`, and that the answer describes the scan that admitted the ticket
/// before.
#[track_caller]
fn assert_told_of(refused: &Answer, admitted: &Answer) {
    assert_result(refused, "already-admitted");
    for member in ["admittedAt", "gate", "deviceId"] {
        assert_eq!(refused[member], admitted[member], "{member} in {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_scanners_at_the_same_moment_one_admits() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(20).await;
    let event = &doors.event;

    let scans = join_all(doors.guests.iter().map(async |guest| {
        join!(
            doors.staff.check_in_at(event, "North", &guest.ticket.qr),
            doors
                .organizer
                .check_in_at(event, "South", &guest.ticket.code),
        )
    }))
    .await;

    for (north, south) in scans {
        if north["result"] == "admitted" {
            assert_eq!(north["gate"], "North", "{north}");
            assert_told_of(&south, &north);
        } else {
            assert_result(&south, "admitted");
            assert_eq!(south["gate"], "South", "{south}");
            assert_told_of(&north, &south);
        }
    }
}

#[tokio::test]
async fn a_cancelled_registrations_ticket_is_void_at_the_door() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, guest) = (&doors.event, &doors.guests[0]);
    let cancelled = guest.user.cancel_registration_for(event).await;
    cancelled.expect(200);
    guest.user.wait_for_status(&guest.ticket, "void").await;

    for content in [&guest.ticket.code, &guest.ticket.qr] {
        let refused = doors.staff.check_in(event, content).await;
        assert_result(&refused, "void");
    }

    guest.user.register_for(event).await.expect(201);
    let new = guest.user.ticket_of(event).await;
    for content in [&guest.ticket.code, &guest.ticket.qr] {
        let refused = doors.staff.check_in(event, content).await;
        assert_result(&refused, "void");
    }
    let admitted = doors.staff.check_in(event, &new.qr).await;
    assert_result(&admitted, "admitted");
}

#[tokio::test]
async fn another_events_ticket_is_at_the_wrong_door() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(0).await;
    // The first user of the crowd is staff of this door. So the test takes the second user, who has no role at this event.
    let elsewhere = stack.open_doors(2).await;
    let guest = &elsewhere.guests[1];

    for content in [&guest.ticket.code, &guest.ticket.qr] {
        let refused = doors.staff.check_in(&doors.event, content).await;
        assert_result(&refused, "wrong-event");
        // The answer must not give the name of the ticket's holder to the staff of another event.
        let name = &guest.user.account.name;
        assert!(!refused.text.contains(name), "{refused}");
        assert!(!refused.text.contains(guest.user.id()), "{refused}");
    }
    let now = guest.user.read_again(&guest.ticket).await;
    assert_eq!(now.json["status"], "issued", "{}", now.json);
    let at_home = elsewhere.staff.check_in(&elsewhere.event, &guest.ticket.qr);
    assert_result(&at_home.await, "admitted");
}

#[tokio::test]
async fn before_the_doors_open_it_is_too_early() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    // The doors of both events open in an hour. For the first event this is the default, 12 h before the start. The second
    // event names the time.
    let in_time = NewEvent {
        starts_at: in_hours(13),
        ends_at: in_hours(20),
        ..NewEvent::default()
    };
    let as_said = NewEvent {
        starts_at: in_hours(2),
        doors_open_at: Some(in_hours(1)),
        ..in_time.clone()
    };
    for event in [in_time, as_said] {
        let event = organizer.published_event(event).await;
        let guests = guests_of(&event, stack.crowd(1).await).await;
        for content in [&guests[0].ticket.code, &guests[0].ticket.qr] {
            let refused = organizer.check_in(&event, content).await;
            assert_invalid_because(&refused, "too-early");
        }
        let now = organizer.read_again(&guests[0].ticket).await;
        assert_eq!(now.json["status"], "issued", "{}", now.json);
    }
}

#[tokio::test]
async fn the_doors_open_twelve_hours_before_the_start() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = NewEvent {
        starts_at: in_hours(11),
        ends_at: in_hours(20),
        ..NewEvent::default()
    };
    let event = organizer.published_event(event).await;
    let guests = guests_of(&event, stack.crowd(1).await).await;
    let scanned = organizer.check_in(&event, &guests[0].ticket.qr).await;
    assert_result(&scanned, "admitted");
}

#[tokio::test]
async fn after_the_end_it_is_over() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let crowd = stack.crowd(1).await;
    let event = NewEvent {
        starts_at: in_seconds(SOON_SECONDS),
        ends_at: in_seconds(SOON_SECONDS + 1),
        ..NewEvent::with_open_doors(10)
    };
    let ends_at = event.ends_at;
    let event = organizer.published_event(event).await;
    let guests = guests_of(&event, crowd).await;

    wait_until(ends_at).await;
    for content in [&guests[0].ticket.code, &guests[0].ticket.qr] {
        let refused = organizer.check_in(&event, content).await;
        assert_invalid_because(&refused, "over");
    }
}

#[tokio::test]
async fn an_event_that_is_called_off_admits_nobody() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let ticket = &doors.guests[0].ticket;
    doors.organizer.cancel(&doors.event).await.expect(200);

    for content in [&ticket.code, &ticket.qr] {
        let refused = doors.staff.check_in(&doors.event, content).await;
        let refused = refused.expect(200);
        let is_refused = refused["result"] == "void" || refused["result"] == "invalid";
        assert!(is_refused, "{refused}");
    }
}

#[tokio::test]
async fn whoever_has_come_in_cannot_give_the_seat_to_somebody_else() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let guest = &doors.guests[0];
    let admitted = doors.staff.check_in(&doors.event, &guest.ticket.qr).await;
    assert_result(&admitted, "admitted");

    let refused = guest.user.cancel_registration_for(&doors.event).await;
    assert_problem(&refused, 409, "already-admitted");

    assert_done(&doors.staff.undo(&doors.event, &guest.ticket.code).await);
    guest
        .user
        .cancel_registration_for(&doors.event)
        .await
        .expect(200);
}
