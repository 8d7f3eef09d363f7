//! Tests of late scans: a device makes them while the ticket is valid, but sends them after the registration or the event was
//! cancelled. Afterwards the state of the door is the same as if the device had sent them before the cancellation.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{
    Answer, OfflineScan, OneGuest, OpenDoors, Stack, Ticket, assert_done, assert_refused,
    assert_result, in_days, in_seconds, time_in,
};

/// Whether the device sends the scan before or after the ticket's registration is cancelled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sent {
    BeforeTheEnd,
    AfterTheEnd,
}

pub(crate) const BOTH: [Sent; 2] = [Sent::BeforeTheEnd, Sent::AfterTheEnd];

/// The maximum time by which a scanner's clock may be ahead of the true time.
pub(crate) const LEEWAY: SignedDuration = SignedDuration::from_mins(2);

/// Asserts that `answer` admits the scan, and says that the ticket ended after the scan because of `cause`.
#[track_caller]
pub(crate) fn assert_ended_since(scan: &OfflineScan, answer: &Answer, cause: &str) {
    scan.assert_admitted(answer);
    let result = scan.result_in(answer);
    assert_eq!(result["reason"], "ended", "{answer}");
    assert_eq!(result["ended"]["cause"], cause, "{answer}");
    assert!(
        time_in(&result["ended"]["at"]) > scan.scanned_at,
        "{answer}"
    );
}

/// Asserts that `answer` refuses the scan, because the ticket was already void when the scan was made.
#[track_caller]
pub(crate) fn assert_void(scan: &OfflineScan, answer: &Answer) {
    let result = scan.result_in(answer);
    assert_eq!(result["result"], "void", "{answer}");
    assert!(result["ended"].is_null(), "{answer}");
}

/// Asserts that `conflicts` has exactly one entry, which says that this ticket ended after `scan` had admitted its holder.
#[track_caller]
pub(crate) fn assert_one_ended(conflicts: &[Value], ticket: &Ticket, scan: &OfflineScan) {
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
        let OneGuest {
            event,
            staff,
            organizer,
            guest,
            ticket,
            ..
        } = &stack.open_doors_for_one().await;
        let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-60));
        if sent == Sent::BeforeTheEnd {
            let answer = staff.sync_one(event, &scan).await;
            scan.assert_admitted(&answer);
            assert!(scan.result_in(&answer)["ended"].is_null(), "{answer}");
        }
        organizer
            .remove_registrant(event, guest.id())
            .await
            .expect(200);
        staff.wait_for_status(ticket, "void").await;

        for _ in 0..2 {
            let answer = staff.sync_one(event, &scan).await;
            assert_ended_since(&scan, &answer, "registration-cancelled");
        }
        let now = staff.read_again(ticket).await.json;
        assert_eq!(now["status"], "void", "{sent:?}: {now}");
        assert_eq!(time_in(&now["admittedAt"]), scan.scanned_at, "{sent:?}");
        let conflicts = organizer.conflicts_once(event, 1).await;
        assert_one_ended(&conflicts, ticket, &scan);
        assert_eq!(conflicts[0]["registration"], "cancelled", "{conflicts:?}");
        let stats = organizer
            .stats_once(event, |stats| {
                stats["admitted"] == 1 && stats["admittedEnded"] == 1
            })
            .await;
        assert_eq!(stats["byGate"], json!({"North": 1}), "{sent:?}: {stats}");
        assert_eq!(stats["registered"], 0, "{sent:?}: {stats}");
        // The ticket, whose registration was cancelled, admits nobody a second time.
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
            scan.assert_admitted(&staff.sync_one(event, &scan).await);
        }
        organizer.cancel(event).await.expect(200);

        for _ in 0..2 {
            let answer = staff.sync_one(event, &scan).await;
            assert_ended_since(&scan, &answer, "event-cancelled");
        }
        let answer = staff.sync_one(event, &scan).await;
        let ended_at = time_in(&scan.result_in(&answer)["ended"]["at"]);
        let later = OfflineScan::at("North", &outside.qr, ended_at + LEEWAY);
        assert_void(&later, &staff.sync_one(event, &later).await);
        let off = OfflineScan::at("North", &outside.qr, in_days(1));
        let answer = staff.sync_one(event, &off).await;
        assert_void(&off, &answer);
        assert_eq!(off.result_in(&answer)["reason"], "clock-off", "{answer}");
        assert_result(&staff.check_in(event, &outside.qr).await, "void");
        assert_one_ended(&staff.conflicts_once(event, 1).await, inside, &scan);
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
        let OneGuest {
            event,
            staff,
            organizer,
            guest,
            ticket,
            ..
        } = &stack.open_doors_for_one().await;
        let scan = OfflineScan::at("North", &ticket.qr, in_seconds(60));
        if sent == Sent::BeforeTheEnd {
            scan.assert_admitted(&staff.sync_one(event, &scan).await);
        }
        if cause == "event-cancelled" {
            organizer.cancel(event).await.expect(200);
        } else {
            let removed = organizer.remove_registrant(event, guest.id());
            removed.await.expect(200);
            staff.wait_for_status(ticket, "void").await;
        }

        for _ in 0..2 {
            let answer = staff.sync_one(event, &scan).await;
            scan.assert_admitted(&answer);
            let result = scan.result_in(&answer);
            assert_eq!(result["reason"], "ended", "{sent:?}, {cause}: {answer}");
            assert_eq!(result["ended"]["cause"], cause, "{sent:?}: {answer}");
        }
        let conflicts = staff.conflicts_once(event, 1).await;
        assert_eq!(conflicts[0]["kinds"], json!(["ended"]), "{conflicts:?}");
        let inside = |stats: &Answer| stats["admitted"] == 1 && stats["admittedEnded"] == 1;
        organizer.stats_once(event, inside).await;
        let admin = stack.admin().await;
        let counted = admin.invariants_of(event).await.expect(200);
        assert_eq!(counted["admitted"], 1, "{sent:?}, {cause}: {counted}");
        assert_eq!(counted["admittedEnded"], 1, "{sent:?}, {cause}: {counted}");
    }
}

#[tokio::test]
async fn a_clock_that_is_off_brings_no_ticket_back() {
    let stack = Stack::from_env();
    let OneGuest {
        event,
        staff,
        organizer,
        guest,
        ticket,
        ..
    } = &stack.open_doors_for_one().await;
    guest.cancel_registration_for(event).await.expect(200);
    staff.wait_for_status(ticket, "void").await;
    for time in [in_days(1), in_days(-3_650)] {
        let scan = OfflineScan::at("North", &ticket.qr, time);
        let answer = staff.sync_one(event, &scan).await;
        assert_void(&scan, &answer);
        assert_eq!(scan.result_in(&answer)["reason"], "clock-off", "{answer}");
    }
    assert_eq!(organizer.every_conflict(event).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_completed_event_takes_the_scans_that_were_made_before() {
    let stack = Stack::from_env();
    let OneGuest {
        event,
        staff,
        organizer,
        ticket,
        ..
    } = &stack.open_doors_for_one().await;
    let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-60));
    organizer.complete(event).await.expect(200);
    let answer = staff.sync_one(event, &scan).await;
    scan.assert_admitted(&answer);
    assert!(scan.result_in(&answer)["ended"].is_null(), "{answer}");
    assert_eq!(organizer.every_conflict(event).await, Vec::<Value>::new());
}

#[tokio::test]
async fn scans_of_staff_who_were_removed_are_sent_by_somebody_else() {
    let stack = Stack::from_env();
    let OneGuest {
        event,
        staff,
        organizer,
        ticket,
        ..
    } = &stack.open_doors_for_one().await;
    let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-60));
    assert_done(&organizer.remove_staff(event, staff.id()).await);
    assert_refused(&staff.sync(event, std::slice::from_ref(&scan)).await, 403);
    let answer = organizer.sync_one(event, &scan).await;
    scan.assert_admitted(&answer);
    let by = &scan.result_in(&answer)["admittedBy"];
    assert_eq!(*by, json!(organizer.id()), "{answer}");
}
