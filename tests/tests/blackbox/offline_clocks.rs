//! Tests of scans from a device whose clock is far off. The service flags them and ignores their times. But a scan that is only
//! sent late counts, if it was made in time.

use jiff::Timestamp;
use serde_json::Value;
use tests::{
    NewEvent, OfflineScan, OpenDoors, Stack, Ticket, assert_result, assert_since, guests_of,
    in_days, in_hours, in_seconds, time_in, wait_until,
};

/// Seconds until an event of these tests starts. Two tickets can be issued before the start, and the test can wait for the
/// event's end.
const SOON_SECONDS: i64 = 14;

/// Returns times that no scan can have, because they are in the future or before the doors opened three hours ago.
fn impossible_times() -> [Timestamp; 4] {
    [in_days(1), in_days(29), in_hours(-4), in_days(-3_650)]
}

async fn ticket_now(doors: &OpenDoors, ticket: &Ticket) -> Value {
    doors.staff.read_again(ticket).await.json
}

#[tokio::test]
async fn an_impossible_time_is_flagged_and_never_the_time_of_the_admission() {
    let stack = Stack::from_env();
    let times = impossible_times();
    let doors = stack.open_doors(times.len()).await;
    let begun = Timestamp::now();
    let scans: Vec<OfflineScan> = doors
        .guests
        .iter()
        .zip(times)
        .map(|(guest, time)| OfflineScan::at("North", &guest.ticket.qr, time))
        .collect();

    for _ in 0..2 {
        let answer = doors.staff.sync(&doors.event, &scans).await.expect(200);
        for (scan, guest) in scans.iter().zip(&doors.guests) {
            scan.assert_flagged(&answer);
            let now = ticket_now(&doors, &guest.ticket).await;
            if now["status"] == "admitted" {
                assert_since(begun, &now["admittedAt"]);
            } else {
                assert_eq!(now["status"], "issued", "{now}");
            }
        }
    }

    // Each ticket is then scanned by a device with a correct clock, and that scan determines the time of the admission.
    let right: Vec<OfflineScan> = doors
        .guests
        .iter()
        .map(|guest| OfflineScan::at("South", &guest.ticket.qr, in_seconds(-600)))
        .collect();
    let answer = doors.staff.sync(&doors.event, &right).await.expect(200);
    for (scan, guest) in right.iter().zip(&doors.guests) {
        scan.assert_admitted(&answer);
        let now = ticket_now(&doors, &guest.ticket).await;
        assert_eq!(time_in(&now["admittedAt"]), scan.scanned_at, "{now}");
    }
}

#[tokio::test]
async fn an_impossible_time_beats_no_admission() {
    let stack = Stack::from_env();
    let times = impossible_times();
    let doors = stack.open_doors(times.len()).await;
    for (guest, time) in doors.guests.iter().zip(times) {
        let (event, ticket) = (&doors.event, &guest.ticket);
        let online = doors.staff.check_in_at(event, "North", &ticket.qr).await;
        assert_result(&online, "admitted");

        let scan = OfflineScan::at("South", &ticket.qr, time);
        let scans = std::slice::from_ref(&scan);
        let answer = doors.staff.sync(event, scans).await.expect(200);

        scan.assert_flagged(&answer);
        assert_ne!(scan.result_in(&answer)["result"], "admitted", "{answer}");
        let now = ticket_now(&doors, ticket).await;
        assert_eq!(now["admittedAt"], online["ticket"]["admittedAt"], "{now}");
    }
}

#[tokio::test]
async fn a_scan_of_before_the_end_counts_though_it_is_sent_after_it() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let crowd = stack.crowd(2).await;
    let event = NewEvent {
        starts_at: in_seconds(SOON_SECONDS),
        ends_at: in_seconds(SOON_SECONDS + 1),
        ..NewEvent::with_open_doors(10)
    };
    let ends_at = event.ends_at;
    let event = organizer.published_event(event).await;
    let guests = guests_of(&event, crowd).await;
    let [in_time, too_late] = [&guests[0].ticket, &guests[1].ticket];

    wait_until(ends_at).await;
    let scans = [
        OfflineScan::at("North", &in_time.qr, in_seconds(-600)),
        OfflineScan::at("North", &too_late.qr, Timestamp::now()),
    ];
    let answer = organizer.sync(&event, &scans).await.expect(200);

    scans[0].assert_admitted(&answer);
    let refused = scans[1].result_in(&answer);
    assert_eq!(refused["result"], "invalid", "{answer}");
    assert_eq!(refused["reason"], "over", "{answer}");
    let now = organizer.read_again(too_late).await.json;
    assert_eq!(now["status"], "issued", "{now}");
}
