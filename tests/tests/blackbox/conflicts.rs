//! Tests of the list of conflicts. Its guests were admitted although their ticket has ended or was used twice.

use serde_json::{Value, json};
use tests::{
    OfflineScan, OneGuest, OpenDoors, Stack, assert_done, assert_refused, in_seconds, time_in,
};

use crate::offline_late::{BOTH, Sent};

#[tokio::test]
async fn an_admission_that_is_taken_back_is_no_conflict_whenever_its_scan_is_sent() {
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
            scan.assert_admitted(&staff.sync_one(event, &scan).await);
        }
        assert_done(&staff.undo(event, &ticket.code).await);
        let answer = staff.sync_one(event, &scan).await;
        let result = scan.result_in(&answer);
        assert_eq!(result["result"], "invalid", "{sent:?}: {answer}");
        assert_eq!(result["reason"], "undone", "{sent:?}: {answer}");
        organizer
            .remove_registrant(event, guest.id())
            .await
            .expect(200);
        staff.wait_for_status(ticket, "void").await;
        let again = staff.sync_one(event, &scan).await;
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
    let all = staff.conflicts_once(event, 2).await;
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
    let left = staff.conflicts_once(event, 1).await;
    assert_eq!(left[0]["code"], json!(twice.code), "{left:?}");
    organizer
        .stats_once(event, |stats| {
            stats["admitted"] == 1 && stats["admittedEnded"] == 0
        })
        .await;
}

#[tokio::test]
async fn the_door_hears_of_a_conflict_whichever_came_first() {
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
        let viewer = staff.watch().await;
        viewer.subscribe_to_door(event).await.expect("snapshot");
        let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-60));
        if sent == Sent::BeforeTheEnd {
            staff.sync_one(event, &scan).await;
        }
        organizer
            .remove_registrant(event, guest.id())
            .await
            .expect(200);
        staff.wait_for_status(ticket, "void").await;
        if sent == Sent::AfterTheEnd {
            staff.sync_one(event, &scan).await;
            let seen = viewer.frame("check-in").await;
            assert_eq!(seen["result"], "admitted", "{seen}");
            assert_eq!(seen["reason"], "ended", "{seen}");
        }
        let reported = viewer.frame("conflict").await;
        assert!(reported.is_about(event), "{reported}");
        assert_eq!(reported["code"], json!(ticket.code), "{reported}");
        assert_eq!(reported["kinds"], json!(["ended"]), "{reported}");
        assert_eq!(
            time_in(&reported["admittedAt"]),
            scan.scanned_at,
            "{reported}"
        );

        assert_done(&staff.undo(event, &ticket.code).await);
        let over = |frame: &tests::Frame| frame.is("conflict") && frame["kinds"] == json!([]);
        viewer.frame_once(over).await;
        organizer.cancel(event).await.expect(200);
        let cancelled = viewer.frame("event").await;
        assert_eq!(cancelled["status"], "cancelled", "{cancelled}");
    }
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
    // One guest is scanned at two gates, one is admitted and then removed, one is admitted once, and one is not admitted.
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
    let all = organizer.conflicts_once(event, 3).await;
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
    // The list of conflicts leaves out the guest who was not admitted.
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
