//! Scans that come late: made while the ticket was good, and sent after the registration or the event was cancelled. The door
//! is the same as if they had been sent before.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{
    Answer, Client, Event, NewEvent, OfflineScan, OpenDoors, PATIENCE, Stack, Ticket, assert_done,
    assert_refused, assert_result, eventually, guests_of, in_days, in_seconds, time_in,
};

/// When a scan is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sent {
    BeforeTheEnd,
    AfterTheEnd,
}

const BOTH: [Sent; 2] = [Sent::BeforeTheEnd, Sent::AfterTheEnd];

/// By how much a scanner's clock may be fast.
const LEEWAY: SignedDuration = SignedDuration::from_mins(2);

async fn sync_one(staff: &Client, event: &Event, scan: &OfflineScan) -> Answer {
    let scans = std::slice::from_ref(scan);
    staff.sync(event, scans).await.expect(200)
}

/// The list of conflicts, as soon as it has `expected` items.
async fn conflicts_once(caller: &Client, event: &Event, expected: usize) -> Vec<Value> {
    eventually(PATIENCE, async || {
        let items = caller.every_conflict(event).await;
        if items.len() == expected {
            Ok(items)
        } else {
            Err(format!("{} conflicts: {items:?}", items.len()))
        }
    })
    .await
}

/// Asserts that an answer admits by `scan`, and flags the ticket as ended since by `cause`.
#[track_caller]
fn assert_ended_since(scan: &OfflineScan, answer: &Answer, cause: &str) {
    scan.assert_admitted(answer);
    let result = scan.result_in(answer);
    assert_eq!(result["reason"], "ended", "{answer}");
    assert_eq!(result["ended"]["cause"], cause, "{answer}");
    assert!(
        time_in(&result["ended"]["at"]) > scan.scanned_at,
        "{answer}"
    );
}

/// Asserts that an answer finds the ticket void at the time of `scan`.
#[track_caller]
fn assert_void(scan: &OfflineScan, answer: &Answer) {
    let result = scan.result_in(answer);
    assert_eq!(result["result"], "void", "{answer}");
    assert!(result["ended"].is_null(), "{answer}");
}

/// Asserts the one conflict of a ticket that has ended while its holder is inside.
#[track_caller]
fn assert_one_ended(conflicts: &[Value], ticket: &Ticket, scan: &OfflineScan) {
    let [conflict] = conflicts else {
        panic!("not one conflict: {conflicts:?}");
    };
    assert_eq!(conflict["kinds"], json!(["ended"]), "{conflict}");
    assert_eq!(conflict["code"], json!(ticket.code), "{conflict}");
    assert_eq!(
        conflict["scans"][0]["scanId"],
        json!(scan.scan_id),
        "{conflict}"
    );
    assert_eq!(time_in(&conflict["scans"][0]["scannedAt"]), scan.scanned_at);
    assert!(time_in(&conflict["ended"]["at"]) > scan.scanned_at);
    assert!(
        !conflict["holderName"]
            .as_str()
            .unwrap_or_default()
            .is_empty()
    );
}

#[tokio::test]
async fn a_guest_who_came_in_before_the_registration_was_cancelled_is_inside_either_way() {
    let stack = Stack::from_env();
    for sent in BOTH {
        let doors = stack.open_doors(1).await;
        let OpenDoors {
            event,
            staff,
            organizer,
            ..
        } = &doors;
        let (guest, ticket) = (&doors.guests[0].user, &doors.guests[0].ticket);
        let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-60));
        if sent == Sent::BeforeTheEnd {
            let answer = sync_one(staff, event, &scan).await;
            scan.assert_admitted(&answer);
            assert!(scan.result_in(&answer)["ended"].is_null(), "{answer}");
        }
        organizer
            .remove_registrant(event, guest.id())
            .await
            .expect(200);
        staff.wait_for_status(ticket, "void").await;

        for _ in 0..2 {
            let answer = sync_one(staff, event, &scan).await;
            assert_ended_since(&scan, &answer, "registration-cancelled");
        }
        let now = staff.read_again(ticket).await.json;
        assert_eq!(now["status"], "void", "{sent:?}: {now}");
        assert_eq!(time_in(&now["admittedAt"]), scan.scanned_at, "{sent:?}");
        let conflicts = conflicts_once(organizer, event, 1).await;
        assert_one_ended(&conflicts, ticket, &scan);
        assert_eq!(conflicts[0]["registration"], "cancelled", "{conflicts:?}");
        let stats = organizer
            .stats_once(event, |stats| {
                stats["admitted"] == 1 && stats["admittedEnded"] == 1
            })
            .await;
        assert_eq!(stats["byGate"], json!({"North": 1}), "{sent:?}: {stats}");
        assert_eq!(stats["registered"], 0, "{sent:?}: {stats}");
        // It admits nobody else.
        let again = staff.check_in(event, &ticket.qr).await;
        assert_result(&again, "void");
        let log = staff.every_scan(event).await;
        let logged = log
            .iter()
            .find(|item| item["scanId"] == json!(scan.scan_id));
        let logged = logged.unwrap_or(&Value::Null);
        assert_eq!(logged["result"], "admitted", "{sent:?}: {log:?}");
        assert_eq!(logged["reason"], "ended", "{sent:?}: {log:?}");
    }
}

#[tokio::test]
async fn a_guest_who_came_in_before_the_event_was_cancelled_is_inside_either_way() {
    let stack = Stack::from_env();
    for sent in BOTH {
        let doors = stack.open_doors(2).await;
        let OpenDoors {
            event,
            staff,
            organizer,
            ..
        } = &doors;
        let [inside, outside] = [&doors.guests[0].ticket, &doors.guests[1].ticket];
        let scan = OfflineScan::at("North", &inside.qr, in_seconds(-60));
        if sent == Sent::BeforeTheEnd {
            scan.assert_admitted(&sync_one(staff, event, &scan).await);
        }
        organizer.cancel(event).await.expect(200);

        for _ in 0..2 {
            let answer = sync_one(staff, event, &scan).await;
            assert_ended_since(&scan, &answer, "event-cancelled");
        }
        let answer = sync_one(staff, event, &scan).await;
        let ended_at = time_in(&scan.result_in(&answer)["ended"]["at"]);
        let later = OfflineScan::at("North", &outside.qr, ended_at + LEEWAY);
        assert_void(&later, &sync_one(staff, event, &later).await);
        let off = OfflineScan::at("North", &outside.qr, in_days(1));
        let answer = sync_one(staff, event, &off).await;
        assert_void(&off, &answer);
        assert_eq!(off.result_in(&answer)["reason"], "clock-off", "{answer}");
        assert_result(&staff.check_in(event, &outside.qr).await, "void");
        assert_one_ended(&conflicts_once(staff, event, 1).await, inside, &scan);
        let stats = organizer
            .stats_once(event, |stats| stats["admitted"] == 1)
            .await;
        assert_eq!(stats["admittedEnded"], 1, "{sent:?}: {stats}");
    }
}

#[tokio::test]
async fn a_clock_that_is_fast_by_less_than_two_minutes_changes_nothing() {
    let stack = Stack::from_env();
    for (sent, cause) in [
        (Sent::BeforeTheEnd, "registration-cancelled"),
        (Sent::AfterTheEnd, "registration-cancelled"),
        (Sent::BeforeTheEnd, "event-cancelled"),
        (Sent::AfterTheEnd, "event-cancelled"),
    ] {
        let doors = stack.open_doors(1).await;
        let OpenDoors {
            event,
            staff,
            organizer,
            ..
        } = &doors;
        let (guest, ticket) = (&doors.guests[0].user, &doors.guests[0].ticket);
        let scan = OfflineScan::at("North", &ticket.qr, in_seconds(60));
        if sent == Sent::BeforeTheEnd {
            scan.assert_admitted(&sync_one(staff, event, &scan).await);
        }
        if cause == "event-cancelled" {
            organizer.cancel(event).await.expect(200);
        } else {
            let removed = organizer.remove_registrant(event, guest.id());
            removed.await.expect(200);
            staff.wait_for_status(ticket, "void").await;
        }

        for _ in 0..2 {
            let answer = sync_one(staff, event, &scan).await;
            scan.assert_admitted(&answer);
            let result = scan.result_in(&answer);
            assert_eq!(result["reason"], "ended", "{sent:?}, {cause}: {answer}");
            assert_eq!(result["ended"]["cause"], cause, "{sent:?}: {answer}");
        }
        let conflicts = conflicts_once(staff, event, 1).await;
        assert_eq!(conflicts[0]["kinds"], json!(["ended"]), "{conflicts:?}");
        let inside = |stats: &Answer| stats["admitted"] == 1 && stats["admittedEnded"] == 1;
        organizer.stats_once(event, inside).await;
        let admin = stack.admin().await;
        let path = format!("/v1/admin/events/{}/invariants", event.id);
        let counted = admin.get(&path).await.expect(200);
        assert_eq!(counted["admitted"], 1, "{sent:?}, {cause}: {counted}");
        assert_eq!(counted["admittedEnded"], 1, "{sent:?}, {cause}: {counted}");
    }
}

#[tokio::test]
async fn a_ticket_that_was_replaced_ended_when_its_registration_was_cancelled() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let OpenDoors {
        event,
        staff,
        organizer,
        ..
    } = &doors;
    let (guest, old) = (&doors.guests[0].user, &doors.guests[0].ticket);
    let scan = OfflineScan::at("North", &old.qr, in_seconds(-60));
    let cancelled = guest.cancel_registration_for(event).await.expect(200);
    let ended_at = time_in(&cancelled["cancelledAt"]);
    guest.register_for(event).await.expect(201);
    let new = guest.ticket_of(event).await;
    assert_ne!(new.code, old.code);
    staff.wait_for_status(old, "void").await;

    let later = OfflineScan::at("East", &old.qr, ended_at + LEEWAY);
    assert_void(&later, &sync_one(staff, event, &later).await);
    let answer = sync_one(staff, event, &scan).await;
    assert_ended_since(&scan, &answer, "registration-cancelled");
    assert_eq!(time_in(&scan.result_in(&answer)["ended"]["at"]), ended_at);
    // The new ticket is a ticket of its own.
    assert_result(
        &staff.check_in_at(event, "South", &new.qr).await,
        "admitted",
    );
    let conflicts = conflicts_once(organizer, event, 1).await;
    assert_one_ended(&conflicts, old, &scan);
    assert_eq!(conflicts[0]["registration"], "confirmed", "{conflicts:?}");

    let rows = organizer.every_item(&event.registrations_path(), 1).await;
    let told: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!([
                row["status"],
                row["ticketCode"],
                row["admittedAt"].is_string()
            ])
        })
        .collect();
    let expected = json!([["confirmed", new.code, true], ["cancelled", old.code, true]]);
    assert_eq!(json!(told), expected, "{rows:?}");
    let path = format!("{}?status=cancelled", event.registrations_path());
    let ended = organizer.get(&path).await.expect(200);
    assert_eq!(ended["items"].as_array().map(Vec::len), Some(1), "{ended}");
    let path = format!("{}/attendees.csv", event.path());
    let csv = organizer.get(&path).await.text;
    let row = csv.lines().find(|line| line.contains(&old.code));
    let row = row.unwrap_or_default();
    assert!(row.contains("cancelled"), "{csv}");
    assert!(row.contains(&scan.scanned_at.to_string()[..19]), "{csv}");
}

#[tokio::test]
async fn whoever_was_promoted_into_the_seat_comes_in_and_the_organizer_sees_one_more_than_seats() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = NewEvent {
        capacity: 1,
        ..NewEvent::with_open_doors(1)
    };
    let event = organizer.published_event(event).await;
    let mut crowd = stack.crowd(2).await;
    let next = crowd.pop().expect("two people");
    let guests = guests_of(&event, crowd).await;
    let (guest, ticket) = (&guests[0].user, &guests[0].ticket);
    next.wait_for(&event).await.expect(201);
    let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-60));
    guest.cancel_registration_for(&event).await.expect(200);
    let promoted = next.ticket_of(&event).await;

    organizer.wait_for_status(ticket, "void").await;
    let answer = sync_one(&organizer, &event, &scan).await;
    assert_ended_since(&scan, &answer, "registration-cancelled");
    let checked = organizer.check_in_at(&event, "South", &promoted.qr).await;
    assert_result(&checked, "admitted");
    let stats = organizer
        .stats_once(&event, |stats| stats["admitted"] == 2)
        .await;
    assert_eq!(stats["capacity"], 1, "{stats}");
    assert_eq!(stats["registered"], 1, "{stats}");
    assert_eq!(stats["admittedEnded"], 1, "{stats}");
    assert_one_ended(&conflicts_once(&organizer, &event, 1).await, ticket, &scan);

    let admin = stack.admin().await;
    let path = format!("/v1/admin/events/{}/invariants", event.id);
    let counted = admin.get(&path).await.expect(200);
    assert_eq!(counted["ok"], true, "{counted}");
    assert_eq!(counted["admitted"], 2, "{counted}");
    assert_eq!(counted["admittedEnded"], 1, "{counted}");
    let rebuilt = eventually(PATIENCE, async || {
        admin.rebuild_stats_of(&event).await.when(200)
    })
    .await;
    assert_eq!(rebuilt["admitted"], 2, "{rebuilt}");
    assert_eq!(rebuilt["admittedEnded"], 1, "{rebuilt}");
}

#[tokio::test]
async fn a_clock_that_is_off_brings_no_ticket_back() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let OpenDoors {
        event,
        staff,
        organizer,
        ..
    } = &doors;
    let (guest, ticket) = (&doors.guests[0].user, &doors.guests[0].ticket);
    guest.cancel_registration_for(event).await.expect(200);
    staff.wait_for_status(ticket, "void").await;
    for time in [in_days(1), in_days(-3_650)] {
        let scan = OfflineScan::at("North", &ticket.qr, time);
        let answer = sync_one(staff, event, &scan).await;
        assert_void(&scan, &answer);
        assert_eq!(scan.result_in(&answer)["reason"], "clock-off", "{answer}");
    }
    assert_eq!(organizer.every_conflict(event).await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_admission_that_is_taken_back_is_no_conflict_whenever_its_scan_is_sent() {
    let stack = Stack::from_env();
    for sent in BOTH {
        let doors = stack.open_doors(1).await;
        let OpenDoors {
            event,
            staff,
            organizer,
            ..
        } = &doors;
        let (guest, ticket) = (&doors.guests[0].user, &doors.guests[0].ticket);
        let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-60));
        if sent == Sent::BeforeTheEnd {
            scan.assert_admitted(&sync_one(staff, event, &scan).await);
        }
        assert_done(&staff.undo(event, &ticket.code).await);
        let answer = sync_one(staff, event, &scan).await;
        let result = scan.result_in(&answer);
        assert_eq!(result["result"], "invalid", "{sent:?}: {answer}");
        assert_eq!(result["reason"], "undone", "{sent:?}: {answer}");
        organizer
            .remove_registrant(event, guest.id())
            .await
            .expect(200);
        staff.wait_for_status(ticket, "void").await;
        let again = sync_one(staff, event, &scan).await;
        assert_eq!(scan.result_in(&again)["reason"], "undone", "{again}");
        assert_eq!(organizer.every_conflict(event).await, Vec::<Value>::new());
        let now = staff.read_again(ticket).await.json;
        assert!(now["admittedAt"].is_null(), "{sent:?}: {now}");
    }
}

#[tokio::test]
async fn whoever_goes_out_is_taken_off_the_list_of_conflicts() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let OpenDoors {
        event,
        staff,
        organizer,
        ..
    } = &doors;
    let [ended, twice] = [&doors.guests[0].ticket, &doors.guests[1].ticket];
    let scans = [
        OfflineScan::at("North", &ended.qr, in_seconds(-90)),
        OfflineScan::at("North", &twice.qr, in_seconds(-80)),
        OfflineScan::at("South", &twice.qr, in_seconds(-70)),
    ];
    staff.sync(event, &scans).await.expect(200);
    let removed = organizer.remove_registrant(event, doors.guests[0].user.id());
    removed.await.expect(200);
    let all = conflicts_once(staff, event, 2).await;
    assert_eq!(all[0]["code"], json!(ended.code), "{all:?}");
    assert_eq!(all[1]["kinds"], json!(["used-twice"]), "{all:?}");
    assert_eq!(all[1]["scans"].as_array().map(Vec::len), Some(2), "{all:?}");
    assert!(all[1]["ended"].is_null(), "{all:?}");
    for (kind, code) in [("ended", &ended.code), ("used-twice", &twice.code)] {
        let path = format!("{}/conflicts?kind={kind}", event.check_ins_path());
        let listed = staff.every_item(&path, 1).await;
        let codes: Vec<&Value> = listed.iter().map(|item| &item["code"]).collect();
        assert_eq!(json!(codes), json!([code]), "{kind}: {listed:?}");
    }
    let path = format!("{}/conflicts?kind=x", event.check_ins_path());
    assert_refused(&staff.get(&path).await, 422);

    assert_done(&staff.undo(event, &ended.code).await);
    let left = conflicts_once(staff, event, 1).await;
    assert_eq!(left[0]["code"], json!(twice.code), "{left:?}");
    organizer
        .stats_once(event, |stats| {
            stats["admitted"] == 1 && stats["admittedEnded"] == 0
        })
        .await;
}

#[tokio::test]
async fn a_completed_event_takes_the_scans_that_were_made_before() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let OpenDoors {
        event,
        staff,
        organizer,
        ..
    } = &doors;
    let scan = OfflineScan::at("North", &doors.guests[0].ticket.qr, in_seconds(-60));
    organizer.complete(event).await.expect(200);
    let answer = sync_one(staff, event, &scan).await;
    scan.assert_admitted(&answer);
    assert!(scan.result_in(&answer)["ended"].is_null(), "{answer}");
    assert_eq!(organizer.every_conflict(event).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_door_hears_of_a_conflict_whichever_came_first() {
    let stack = Stack::from_env();
    for sent in BOTH {
        let doors = stack.open_doors(1).await;
        let OpenDoors {
            event,
            staff,
            organizer,
            ..
        } = &doors;
        let (guest, ticket) = (&doors.guests[0].user, &doors.guests[0].ticket);
        let viewer = staff.watch().await;
        viewer.subscribe_to_door(event).await.expect("snapshot");
        let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-60));
        if sent == Sent::BeforeTheEnd {
            sync_one(staff, event, &scan).await;
        }
        organizer
            .remove_registrant(event, guest.id())
            .await
            .expect(200);
        staff.wait_for_status(ticket, "void").await;
        if sent == Sent::AfterTheEnd {
            sync_one(staff, event, &scan).await;
            let seen = viewer.frame("check-in").await;
            assert_eq!(seen["result"], "admitted", "{seen}");
            assert_eq!(seen["reason"], "ended", "{seen}");
        }
        let told = viewer.frame("conflict").await;
        assert!(told.is_about(event), "{told}");
        assert_eq!(told["code"], json!(ticket.code), "{told}");
        assert_eq!(told["kinds"], json!(["ended"]), "{told}");
        assert_eq!(time_in(&told["admittedAt"]), scan.scanned_at, "{told}");

        assert_done(&staff.undo(event, &ticket.code).await);
        let over = |frame: &tests::Frame| frame.is("conflict") && frame["kinds"] == json!([]);
        viewer.frame_once(over).await;
        organizer.cancel(event).await.expect(200);
        let cancelled = viewer.frame("event").await;
        assert_eq!(cancelled["status"], "cancelled", "{cancelled}");
    }
}

#[tokio::test]
async fn scans_of_staff_who_were_removed_are_sent_by_somebody_else() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let OpenDoors {
        event,
        staff,
        organizer,
        ..
    } = &doors;
    let scan = OfflineScan::at("North", &doors.guests[0].ticket.qr, in_seconds(-60));
    assert_done(&organizer.remove_staff(event, staff.id()).await);
    assert_refused(&staff.sync(event, std::slice::from_ref(&scan)).await, 403);
    let answer = sync_one(organizer, event, &scan).await;
    scan.assert_admitted(&answer);
    let by = &scan.result_in(&answer)["admittedBy"];
    assert_eq!(*by, json!(organizer.id()), "{answer}");
}

#[tokio::test]
async fn the_list_of_a_cancelled_event_has_everybody_who_is_inside_once() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(4).await;
    let OpenDoors {
        event,
        staff,
        organizer,
        ..
    } = &doors;
    let at = |gate: &str, guest: usize, second| {
        OfflineScan::at(gate, &doors.guests[guest].ticket.qr, in_seconds(second))
    };
    // One is let in twice, one is removed, one came in, one did not.
    let scans = [
        at("North", 0, -90),
        at("South", 0, -80),
        at("North", 1, -70),
        at("North", 2, -60),
    ];
    staff.sync(event, &scans).await.expect(200);
    let removed = organizer.remove_registrant(event, doors.guests[1].user.id());
    removed.await.expect(200);
    organizer.cancel(event).await.expect(200);
    let all = conflicts_once(organizer, event, 3).await;
    for (guest, kinds) in [
        (0, json!(["ended", "used-twice"])),
        (1, json!(["ended"])),
        (2, json!(["ended"])),
    ] {
        let code = json!(doors.guests[guest].ticket.code);
        let found: Vec<&Value> = all.iter().filter(|item| item["code"] == code).collect();
        assert_eq!(found.len(), 1, "{all:?}");
        assert_eq!(found[0]["kinds"], kinds, "{all:?}");
    }
    let path = format!("{}/conflicts", event.check_ins_path());
    // Whoever did not come is passed over.
    let first = organizer.get(&format!("{path}?limit=4")).await.expect(200);
    assert_eq!(first.items().len(), 3, "{first}");
    assert!(first["nextCursor"].is_null(), "{first}");
    for limit in [1, 2, 100] {
        assert_eq!(
            organizer.every_item(&path, limit).await.len(),
            3,
            "{limit} at a time"
        );
    }
}
