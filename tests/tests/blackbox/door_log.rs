//! Tests of admissions that are undone, and of the log of every scan.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{
    Client, Event, NewEvent, OfflineScan, PATIENCE, Stack, assert_done, assert_invalid_because,
    assert_refused, assert_result, assert_since, device_at, eventually, guests_of, in_seconds,
};

#[tokio::test]
async fn an_admission_can_be_taken_back() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let (event, staff) = (&doors.event, &doors.staff);
    for guest in &doors.guests {
        let first = staff.check_in_at(event, "North", &guest.ticket.qr).await;
        assert_result(&first, "admitted");
    }
    let guest = &doors.guests[0];

    assert_done(&staff.undo(event, &guest.ticket.code).await);
    let now = guest.user.read_again(&guest.ticket).await;
    assert_eq!(now.json["status"], "issued", "{}", now.json);
    assert!(now.json["admittedAt"].is_null(), "{}", now.json);

    let again = staff.check_in_at(event, "South", &guest.ticket.qr).await;
    assert_result(&again, "admitted");
    assert_eq!(again["gate"], "South", "{again}");
    let third = staff.check_in(event, &guest.ticket.qr).await;
    assert_result(&third, "already-admitted");
    assert_eq!(third["gate"], "South", "{third}");

    let other = &doors.guests[1].ticket;
    let untouched = staff.check_in(event, &other.code).await;
    assert_result(&untouched, "already-admitted");
    // Even a badly typed code finds the ticket whose admission is undone.
    assert_done(&staff.undo(event, &other.code_typed_badly()).await);
    let again = staff.check_in(event, &other.code).await;
    assert_result(&again, "admitted");
}

#[tokio::test]
async fn what_was_not_admitted_here_is_not_taken_back() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let elsewhere = stack.open_doors(1).await;
    let foreign = &elsewhere.guests[0].ticket;
    let there = elsewhere.staff.check_in(&elsewhere.event, &foreign.code);
    assert_result(&there.await, "admitted");

    for unknown in ["0000-0000-0000", "x", "🎫", "%00", &foreign.code] {
        let refused = doors.staff.undo(&doors.event, unknown).await;
        assert_refused(&refused, 404);
    }
    let still = elsewhere.staff.check_in(&elsewhere.event, &foreign.code);
    assert_result(&still.await, "already-admitted");

    // If the ticket was never scanned, the request to undo its admission is refused, or changes nothing.
    let ticket = &doors.guests[0].ticket;
    let answer = doors.staff.undo(&doors.event, &ticket.code).await;
    if matches!(answer.status, 404 | 409) {
        assert_refused(&answer, answer.status);
    } else {
        assert_done(&answer);
    }
    let admitted = doors.staff.check_in(&doors.event, &ticket.code).await;
    assert_result(&admitted, "admitted");
}

/// Waits until the scan log has `expected` entries, and returns these entries.
async fn log_of(caller: &Client, event: &Event, expected: usize) -> Vec<Value> {
    eventually(PATIENCE, async || {
        let items = caller.every_scan(event).await;
        if items.len() == expected {
            Ok(items)
        } else {
            Err(format!("{} scans: {items:?}", items.len()))
        }
    })
    .await
}

#[tokio::test]
async fn the_log_has_every_attempt() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let elsewhere = stack.open_doors(1).await;
    let (event, staff, organizer) = (&doors.event, &doors.staff, &doors.organizer);
    let [admitted, cancelled] = [&doors.guests[0], &doors.guests[1]];
    let left = cancelled.user.cancel_registration_for(event).await;
    left.expect(200);
    staff.wait_for_status(&cancelled.ticket, "void").await;
    let foreign = &elsewhere.guests[0].ticket.qr;
    let begun = Timestamp::now();

    let rows = [
        (staff, "g1", &*admitted.ticket.qr, "admitted"),
        (organizer, "g2", &admitted.ticket.code, "already-admitted"),
        (staff, "g3", &cancelled.ticket.qr, "void"),
        (organizer, "g4", foreign, "wrong-event"),
        (staff, "g5", "0000-0000-0000", "invalid"),
        (organizer, "g6", "🎫", "invalid"),
    ];
    for (caller, gate, content, result) in rows {
        let scanned = caller.check_in_at(event, gate, content).await;
        assert_result(&scanned, result);
    }

    let log = log_of(staff, event, rows.len()).await;
    for (caller, gate, _, result) in rows {
        let mut found = log.iter().filter(|item| item["gate"] == gate);
        let (Some(item), None) = (found.next(), found.next()) else {
            panic!("not one scan at {gate} in {log:?}");
        };
        assert_eq!(item["result"], result, "{item}");
        assert_eq!(item["deviceId"], device_at(gate), "{item}");
        assert_since(begun, &item["at"]);
        assert!(item["by"].to_string().contains(caller.id()), "{item}");
        if result == "invalid" {
            assert!(item["reason"].is_string(), "{item}");
        }
        if matches!(gate, "g1" | "g2") {
            assert_eq!(item["code"], json!(admitted.ticket.code), "{item}");
        }
        if gate == "g3" {
            assert_eq!(item["code"], json!(cancelled.ticket.code), "{item}");
        }
    }
}

#[tokio::test]
async fn the_log_has_who_came_too_early() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let guests = guests_of(&event, stack.crowd(1).await).await;
    let ticket = &guests[0].ticket;
    let refused = organizer.check_in(&event, &ticket.qr).await;
    assert_invalid_because(&refused, "too-early");

    let log = log_of(&organizer, &event, 1).await;
    assert_eq!(log[0]["result"], "invalid", "{log:?}");
    assert_eq!(log[0]["reason"], "too-early", "{log:?}");
    assert_eq!(log[0]["code"], json!(ticket.code), "{log:?}");
}

#[tokio::test]
async fn paging_visits_each_scan_exactly_once() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(0).await;
    let gates: BTreeSet<String> = (0..7).map(|number| format!("gate {number}")).collect();
    for gate in &gates {
        let event = &doors.event;
        let scanned = doors.staff.check_in_at(event, gate, "0000-0000-0000");
        assert_result(&scanned.await, "invalid");
    }
    log_of(&doors.staff, &doors.event, gates.len()).await;

    let path = doors.event.check_ins_path();
    for limit in [1, 2, 3, 7, 100] {
        let items = doors.staff.every_item(&path, limit).await;
        let visited = items.iter().filter_map(|item| item["gate"].as_str());
        let visited: BTreeSet<String> = visited.map(str::to_owned).collect();
        assert_eq!(items.len(), gates.len(), "{limit} at a time: {items:?}");
        assert_eq!(visited, gates, "{limit} at a time");
    }
    for query in ["cursor=nonsense", "limit=0", "limit=101"] {
        let refused = doors.staff.get(&format!("{path}?{query}")).await;
        assert!(matches!(refused.status, 400 | 422), "{refused}");
        assert_refused(&refused, refused.status);
    }
}

#[tokio::test]
async fn a_scan_made_offline_is_in_the_log_once() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let ticket = &doors.guests[0].ticket;
    let scans = [
        OfflineScan::at("North", &ticket.qr, in_seconds(-600)),
        OfflineScan::at("North", "0000-0000-0000", in_seconds(-500)),
    ];
    for _ in 0..3 {
        doors.staff.sync(&doors.event, &scans).await.expect(200);
    }

    // This scan is logged after all others. So the scan log is complete as soon as it contains this scan.
    let last = doors.staff.check_in_at(&doors.event, "last", &ticket.code);
    assert_result(&last.await, "already-admitted");
    let log = log_of(&doors.staff, &doors.event, 3).await;
    for scan in &scans {
        let found = log.iter().filter(|item| item["scanId"] == scan.scan_id);
        let found: Vec<&Value> = found.collect();
        assert_eq!(found.len(), 1, "{scan:?} in {log:?}");
        assert_eq!(found[0]["gate"], scan.gate, "{log:?}");
        assert_eq!(found[0]["deviceId"], scan.device_id, "{log:?}");
    }
}

#[tokio::test]
async fn the_log_is_filtered_by_door_device_result_and_time() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let (event, staff) = (&doors.event, &doors.staff);
    let codes = [&*doors.guests[0].ticket.code, "0000-0000-0000"];
    let path = event.check_ins_path();
    for gate in ["North", "South"] {
        for code in codes {
            staff.check_in_at(event, gate, code).await.expect(200);
        }
    }
    let scan = json!({"ticket": doors.guests[1].ticket.code});
    staff.post(&path, scan).await.expect(200);
    let all = log_of(staff, event, 5).await;

    let device = device_at("South");
    let time = |at: usize| all[at]["at"].as_str().unwrap().to_owned();
    for (query, expected) in [
        ("gate=North".to_owned(), 2),
        ("gate=".to_owned(), 1),
        ("gate=West".to_owned(), 0),
        (format!("deviceId={device}"), 2),
        ("result=admitted".to_owned(), 2),
        ("result=already-admitted".to_owned(), 1),
        ("result=invalid&gate=South".to_owned(), 1),
        // The newest scan is the first item.
        (format!("from={}", time(0)), 1),
        (format!("to={}", time(0)), 4),
        (format!("from={}&to={}", time(0), time(4)), 0),
        ("from=2090-01-01T00:00:00Z".to_owned(), 0),
    ] {
        // Times of scans have milliseconds, so scans of the same millisecond cannot be told apart by time.
        let items = staff.every_item(&format!("{path}?{query}"), 1).await;
        assert_eq!(items.len(), expected, "{query}: {items:?}");
    }
    for (query, pointer) in [
        ("gate=%00", "/gate"),
        ("deviceId=", "/deviceId"),
        ("result=good", "/result"),
        ("from=now", "/from"),
        ("to=1", "/to"),
    ] {
        let refused = staff.get(&format!("{path}?{query}")).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let page = staff
        .get(&format!("{path}?gate=North&limit=1"))
        .await
        .expect(200);
    let cursor = page["nextCursor"].as_str().unwrap();
    let other = format!("{path}?gate=South&cursor={cursor}");
    assert_refused(&staff.get(&other).await, 400);
}
