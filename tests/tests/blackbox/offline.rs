//! Tests of scans that a device made without a network and sends later. The earliest scan of a ticket wins, in whatever order
//! the scans arrive.

use futures::join;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tests::{
    Client, OfflineScan, Stack, Ticket, assert_done, assert_invalid, assert_result, in_seconds,
    time_in,
};

/// Asserts that the ticket is admitted, and that `instant` is the time of its admission.
async fn assert_admitted_at(caller: &Client, ticket: &Ticket, instant: Timestamp) {
    let now = caller.read_again(ticket).await.json;
    assert_eq!(now["status"], "admitted", "{now}");
    assert_eq!(time_in(&now["admittedAt"]), instant, "{now}");
}

#[tokio::test]
async fn offline_scans_admit_at_their_own_time() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let [one, other] = [&doors.guests[0], &doors.guests[1]];
    let scans = [
        OfflineScan::at("North", &one.ticket.qr, in_seconds(-600)),
        OfflineScan::at("North", &other.ticket.code, in_seconds(-590)),
    ];

    let answer = doors.staff.sync(&doors.event, &scans).await.expect(200);

    for (scan, guest) in scans.iter().zip([one, other]) {
        scan.assert_admitted(&answer);
        let result = scan.result_in(&answer);
        assert!(no_conflicts(&result), "{answer}");
        assert_admitted_at(&guest.user, &guest.ticket, scan.scanned_at).await;
        let online = doors.staff.check_in(&doors.event, &guest.ticket.qr).await;
        assert_result(&online, "already-admitted");
        assert_eq!(online["gate"], "North", "{online}");
        assert_eq!(time_in(&online["admittedAt"]), scan.scanned_at, "{online}");
    }
    let results = answer["results"].as_array().map_or(0, Vec::len);
    assert_eq!(results, 2, "{answer}");
}

fn no_conflicts(result: &Value) -> bool {
    match &result["conflicts"] {
        Value::Null => true,
        conflicts => conflicts.as_array().is_some_and(Vec::is_empty),
    }
}

#[tokio::test]
async fn an_undo_of_one_scan_can_be_repeated_though_the_holder_came_in_again() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (staff, event) = (&doors.staff, &doors.event);
    let (guest, ticket) = (&doors.guests[0].user, &doors.guests[0].ticket);
    let first = OfflineScan::at("North", &ticket.qr, in_seconds(-600));
    let second = OfflineScan::at("South", &ticket.qr, in_seconds(-500));
    let undo = async |scan: &OfflineScan| {
        let answer = staff.undo_scan(event, &ticket.code, &scan.scan_id).await;
        assert_done(&answer);
    };
    let answer = staff.sync(event, std::slice::from_ref(&first)).await;
    first.assert_admitted(&answer.expect(200));
    undo(&first).await;
    let log = staff.scan_log(event).await.expect(200);
    let undone = log["items"].as_array().unwrap().iter();
    let mut undone = undone.filter(|entry| entry["result"] == "undone");
    let entry = undone.next().unwrap();
    assert_eq!(entry["undoneScanId"], first.scan_id, "{entry}");
    assert_eq!(guest.read_again(ticket).await.json["status"], "issued");
    let answer = staff.sync(event, std::slice::from_ref(&second)).await;
    second.assert_admitted(&answer.expect(200));

    // The answer to the undo was lost, so the device sends it again.
    undo(&first).await;

    assert_admitted_at(guest, ticket, second.scanned_at).await;
    // The undo of a scan that the server does not know yet arrives before the scan.
    let late = OfflineScan::at("North", &ticket.qr, in_seconds(-700));
    undo(&late).await;
    let answer = staff.sync(event, std::slice::from_ref(&late)).await;
    let result = late.result_in(&answer.expect(200));
    assert_eq!(result["reason"], "undone", "{result}");
    assert_admitted_at(guest, ticket, second.scanned_at).await;
    let empty = staff.undo_scan(event, &ticket.code, "").await;
    assert_invalid(&empty, "/scanId");
}

#[tokio::test]
async fn the_same_scans_again_change_nothing() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let [good, twice] = [&doors.guests[0].ticket, &doors.guests[1].ticket];
    let scans = [
        OfflineScan::at("North", &good.qr, in_seconds(-600)),
        OfflineScan::at("North", &twice.qr, in_seconds(-590)),
        OfflineScan::at("North", &twice.code, in_seconds(-580)),
        OfflineScan::at("North", "0000-0000-0000", in_seconds(-570)),
    ];
    let first = doors.staff.sync(&doors.event, &scans).await.expect(200);
    scans[1].assert_admitted(&first);
    let lost = scans[2].result_in(&first);
    assert_eq!(lost["result"], "already-admitted", "{first}");
    let before = [
        doors.staff.read_again(good).await.json,
        doors.staff.read_again(twice).await.json,
    ];

    for _ in 0..2 {
        let again = doors.staff.sync(&doors.event, &scans).await.expect(200);
        for scan in &scans {
            assert_eq!(scan.result_in(&again), scan.result_in(&first), "{scan:?}");
        }
    }

    let after = [
        doors.staff.read_again(good).await.json,
        doors.staff.read_again(twice).await.json,
    ];
    assert_eq!(after, before);
}

#[tokio::test]
async fn a_part_of_the_scans_may_be_sent_again_with_new_ones() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(3).await;
    let scans: Vec<OfflineScan> = (-600..)
        .zip(&doors.guests)
        .map(|(second, guest)| OfflineScan::at("North", &guest.ticket.qr, in_seconds(second)))
        .collect();
    doors
        .staff
        .sync(&doors.event, &scans[..2])
        .await
        .expect(200);
    let answer = doors.staff.sync(&doors.event, &scans[1..]).await;
    for scan in &scans[1..] {
        scan.assert_admitted(&answer);
    }
}

#[tokio::test]
async fn the_earliest_scan_wins_though_it_arrives_last() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, staff, ticket) = (&doors.event, &doors.staff, &doors.guests[0].ticket);
    let late = OfflineScan::at("North", &ticket.qr, in_seconds(-600));
    let early = OfflineScan::at("South", &ticket.code, in_seconds(-900));

    late.assert_admitted(&staff.sync_one(event, &late).await);
    assert_admitted_at(staff, ticket, late.scanned_at).await;

    let answer = staff.sync_one(event, &early).await;
    early.assert_admitted(&answer);
    early.assert_conflicts_with(&late, &answer);
    assert_admitted_at(staff, ticket, early.scanned_at).await;

    // Both gates send their scans a second time. Each answer still names the earlier scan as the admitted one, and nothing
    // changes.
    for _ in 0..2 {
        let answer = staff.sync_one(event, &late).await;
        late.assert_lost_to(&early, &answer);
        let answer = staff.sync_one(event, &early).await;
        early.assert_admitted(&answer);
        early.assert_conflicts_with(&late, &answer);
        assert_admitted_at(staff, ticket, early.scanned_at).await;
    }
}

#[tokio::test]
async fn the_earliest_scan_wins_when_it_arrives_first() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, staff, ticket) = (&doors.event, &doors.staff, &doors.guests[0].ticket);
    let early = OfflineScan::at("South", &ticket.code, in_seconds(-900));
    let late = OfflineScan::at("North", &ticket.qr, in_seconds(-600));

    early.assert_admitted(&staff.sync_one(event, &early).await);
    let answer = staff.sync_one(event, &late).await;
    late.assert_lost_to(&early, &answer);
    assert_admitted_at(staff, ticket, early.scanned_at).await;

    let answer = staff.sync_one(event, &early).await;
    early.assert_admitted(&answer);
    early.assert_conflicts_with(&late, &answer);
}

#[tokio::test]
async fn within_one_body_the_earliest_scan_wins() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, staff, ticket) = (&doors.event, &doors.staff, &doors.guests[0].ticket);
    let scans = [
        OfflineScan::at("North", &ticket.qr, in_seconds(-600)),
        OfflineScan::at("South", &ticket.qr, in_seconds(-900)),
        OfflineScan::at("East", &ticket.qr, in_seconds(-700)),
    ];
    let answer = staff.sync(event, &scans).await.expect(200);

    scans[1].assert_admitted(&answer);
    scans[0].assert_lost_to(&scans[1], &answer);
    scans[2].assert_lost_to(&scans[1], &answer);
    assert_admitted_at(staff, ticket, scans[1].scanned_at).await;
}

#[tokio::test]
async fn of_two_scans_of_the_same_second_one_admits_and_it_stays_that_one() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let ticket = &doors.guests[0].ticket;
    let second = in_seconds(-600);
    let scans = ["North", "South"].map(|gate| OfflineScan::at(gate, &ticket.qr, second));
    let reversed = [scans[1].clone(), scans[0].clone()];

    let mut winners = Vec::new();
    for body in [&scans, &reversed, &scans] {
        let answer = doors.staff.sync(&doors.event, body).await.expect(200);
        let results = scans.each_ref().map(|scan| scan.result_in(&answer));
        let won = results.each_ref().map(|one| one["result"] == "admitted");
        assert!(won[0] != won[1], "one of them admits in {answer}");
        winners.push(won);
    }
    assert_eq!(winners[0], winners[1]);
    assert_eq!(winners[0], winners[2]);
}

#[tokio::test]
async fn an_online_admission_is_beaten_by_an_earlier_offline_scan() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, staff, ticket) = (&doors.event, &doors.staff, &doors.guests[0].ticket);
    let online = staff.check_in_at(event, "North", &ticket.qr).await;
    assert_result(&online, "admitted");

    let early = OfflineScan::at("South", &ticket.qr, in_seconds(-600));
    let answer = staff.sync_one(event, &early).await;

    early.assert_admitted(&answer);
    early.assert_conflicts_with_gate("North", &answer);
    assert_admitted_at(staff, ticket, early.scanned_at).await;
    let again = staff.check_in_at(event, "North", &ticket.qr).await;
    assert_result(&again, "already-admitted");
    assert_eq!(again["gate"], "South", "{again}");
}

#[tokio::test]
async fn an_online_admission_beats_a_later_offline_scan() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, staff, ticket) = (&doors.event, &doors.staff, &doors.guests[0].ticket);
    let online = staff.check_in_at(event, "North", &ticket.qr).await;
    assert_result(&online, "admitted");
    let admitted_at = time_in(&online["admittedAt"]);

    let a_moment_later = admitted_at + SignedDuration::from_millis(1);
    let late = OfflineScan::at("South", &ticket.qr, a_moment_later);
    let answer = staff.sync_one(event, &late).await;

    let result = late.result_in(&answer);
    assert_eq!(result["result"], "already-admitted", "{answer}");
    assert_eq!(result["gate"], "North", "{answer}");
    late.assert_conflicts_with_gate("North", &answer);
    assert_admitted_at(staff, ticket, admitted_at).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_doors_that_sync_at_once_agree() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(20).await;
    let (event, staff) = (&doors.event, &doors.staff);
    // For half of the tickets, the gate North has the earlier scan, and for the other half, the gate South.
    let scans_at = |gate: &str, parity: usize| -> Vec<OfflineScan> {
        let guests = doors.guests.iter().enumerate();
        let scans = guests.map(|(index, guest)| {
            let is_first = index % 2 == parity;
            let second = if is_first { -900 } else { -600 };
            OfflineScan::at(gate, &guest.ticket.qr, in_seconds(second))
        });
        scans.collect()
    };
    let (north, south) = (scans_at("North", 0), scans_at("South", 1));

    let (one, other) = join!(staff.sync(event, &north), staff.sync(event, &south));
    one.expect(200);
    other.expect(200);

    let north_told = staff.sync(event, &north).await.expect(200);
    let south_told = staff.sync(event, &south).await.expect(200);
    for (index, guest) in doors.guests.iter().enumerate() {
        let (north, south) = (&north[index], &south[index]);
        let (first, first_told, second, second_told) = if index % 2 == 0 {
            (north, &north_told, south, &south_told)
        } else {
            (south, &south_told, north, &north_told)
        };
        first.assert_admitted(first_told);
        first.assert_conflicts_with(second, first_told);
        second.assert_lost_to(first, second_told);
        assert_admitted_at(staff, &guest.ticket, first.scanned_at).await;
    }
}

#[tokio::test]
async fn an_admission_that_was_taken_back_does_not_come_back_by_a_repetition() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, staff, ticket) = (&doors.event, &doors.staff, &doors.guests[0].ticket);
    let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-600));
    scan.assert_admitted(&staff.sync_one(event, &scan).await);

    assert_done(&staff.undo(event, &ticket.code).await);
    staff.sync_one(event, &scan).await;

    let now = staff.read_again(ticket).await.json;
    assert_eq!(now["status"], "issued", "{now}");
    assert!(now["admittedAt"].is_null(), "{now}");
    let again = staff.check_in_at(event, "South", &ticket.qr).await;
    assert_result(&again, "admitted");
    staff.sync_one(event, &scan).await;
    let admitted_at = time_in(&again["admittedAt"]);
    assert_admitted_at(staff, ticket, admitted_at).await;
}
