//! Tests of late scans of an old ticket whose holder has a new ticket, or whose seat has a new guest.

use serde_json::{Value, json};
use tests::{
    Answer, Event, NewEvent, OfflineScan, OneGuest, PATIENCE, Stack, User, assert_problem,
    assert_result, eventually, guests_of, in_seconds, time_in,
};

use crate::offline_late::{BOTH, LEEWAY, Sent, assert_ended_since, assert_one_ended, assert_void};

/// Ends the registration of `guest`. If `sent` is `BeforeTheEnd`, first sends `scan`, which admits the guest. An admitted guest
/// cannot cancel, so then the organizer removes the guest.
async fn end_registration(
    sent: Sent,
    scan: &OfflineScan,
    (organizer, guest): (&User, &User),
    event: &Event,
) -> Answer {
    if sent == Sent::AfterTheEnd {
        return guest.cancel_registration_for(event).await.expect(200);
    }
    scan.assert_admitted(&organizer.sync_one(event, scan).await);
    let refused = guest.cancel_registration_for(event).await;
    assert_problem(&refused, 409, "already-admitted");
    let removed = organizer.remove_registrant(event, guest.id());
    removed.await.expect(200)
}

#[tokio::test]
async fn a_ticket_that_was_replaced_ended_when_its_registration_was_cancelled() {
    let stack = Stack::from_env();
    for sent in BOTH {
        let OneGuest {
            event,
            staff,
            organizer,
            guest,
            ticket: old,
            ..
        } = &stack.open_doors_for_one().await;
        let scan = OfflineScan::at("North", &old.qr, in_seconds(-60));
        let cancelled = end_registration(sent, &scan, (organizer, guest), event).await;
        let ended_at = time_in(&cancelled["cancelledAt"]);
        guest.register_for(event).await.expect(201);
        let new = guest.ticket_of(event).await;
        assert_ne!(new.code, old.code);
        staff.wait_for_status(old, "void").await;

        let later = OfflineScan::at("East", &old.qr, ended_at + LEEWAY);
        assert_void(&later, &staff.sync_one(event, &later).await);
        let answer = staff.sync_one(event, &scan).await;
        assert_ended_since(&scan, &answer, "registration-cancelled");
        assert_eq!(time_in(&scan.result_in(&answer)["ended"]["at"]), ended_at);
        // The new ticket is still valid, whatever happened to the old ticket.
        assert_result(
            &staff.check_in_at(event, "South", &new.qr).await,
            "admitted",
        );
        let conflicts = organizer.conflicts_once(event, 1).await;
        assert_one_ended(&conflicts, old, &scan);
        assert_eq!(conflicts[0]["registration"], "confirmed", "{conflicts:?}");

        let rows = organizer.every_item(&event.registrations_path(), 1).await;
        let reported: Vec<Value> = rows
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
        assert_eq!(json!(reported), expected, "{rows:?}");
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
}

#[tokio::test]
async fn whoever_was_promoted_into_the_seat_comes_in_and_the_organizer_sees_one_more_than_seats() {
    let stack = Stack::from_env();
    for sent in BOTH {
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
        end_registration(sent, &scan, (&organizer, guest), &event).await;
        let promoted = next.ticket_of(&event).await;

        organizer.wait_for_status(ticket, "void").await;
        let answer = organizer.sync_one(&event, &scan).await;
        assert_ended_since(&scan, &answer, "registration-cancelled");
        let checked = organizer.check_in_at(&event, "South", &promoted.qr).await;
        assert_result(&checked, "admitted");
        let stats = organizer
            .stats_once(&event, |stats| stats["admitted"] == 2)
            .await;
        assert_eq!(stats["capacity"], 1, "{stats}");
        assert_eq!(stats["registered"], 1, "{stats}");
        assert_eq!(stats["admittedEnded"], 1, "{stats}");
        assert_one_ended(&organizer.conflicts_once(&event, 1).await, ticket, &scan);

        let admin = stack.admin().await;
        let counted = admin.invariants_of(&event).await.expect(200);
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
}
