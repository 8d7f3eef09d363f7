//! Tests of bodies of a sync request: the maximum number of scans, valid scans beside invalid ones, and values that are not
//! scans.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{OfflineScan, Stack, assert_invalid, assert_result, check_invalid, in_seconds, unique};

const MOST_SCANS: usize = 100;

#[tokio::test]
async fn a_hundred_scans_are_accepted_and_one_more_is_not() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(10).await;
    let (event, staff) = (&doors.event, &doors.staff);
    let unknown = (0..=MOST_SCANS).map(|number| format!("0000-0000-{number:04}"));
    let known = doors.guests.iter().map(|guest| guest.ticket.qr.clone());
    let mut scans: Vec<OfflineScan> = known
        .chain(unknown)
        .map(|ticket| OfflineScan::at("North", &ticket, in_seconds(-600)))
        .collect();

    scans.truncate(MOST_SCANS + 1);
    assert_invalid(&staff.sync(event, &scans).await, "/scans");
    for guest in &doors.guests {
        let now = staff.read_again(&guest.ticket).await.json;
        assert_eq!(now["status"], "issued", "{now}");
    }

    scans.truncate(MOST_SCANS);
    let answer = staff.sync(event, &scans).await.expect(200);
    let (known, unknown) = scans.split_at(doors.guests.len());
    for scan in known {
        scan.assert_admitted(&answer);
    }
    for scan in unknown {
        let result = scan.result_in(&answer);
        assert_eq!(result["result"], "invalid", "{result}");
        assert_eq!(result["reason"], "unknown", "{result}");
    }
    let results = answer["results"].as_array().map_or(0, Vec::len);
    assert_eq!(results, MOST_SCANS);
}

#[tokio::test]
async fn no_scans_have_no_results() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(0).await;
    let answer = doors.staff.sync(&doors.event, &[]).await.expect(200);
    assert_eq!(answer["results"], json!([]), "{answer}");
}

#[tokio::test]
async fn a_scan_that_is_in_a_body_twice_is_one_scan() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let ticket = &doors.guests[0].ticket;
    let scan = OfflineScan::at("North", &ticket.qr, in_seconds(-600));
    let scans = [scan.clone(), scan.clone(), scan.clone()];

    let answer = doors.staff.sync(&doors.event, &scans).await.expect(200);

    let results = scan.results_in(&answer);
    assert!(!results.is_empty(), "{answer}");
    for result in &results {
        assert_eq!(result["result"], "admitted", "{answer}");
        let conflicts = result["conflicts"].as_array().map_or(0, Vec::len);
        assert_eq!(conflicts, 0, "with itself: {answer}");
    }
    let last = doors.staff.check_in(&doors.event, &ticket.qr).await;
    assert_result(&last, "already-admitted");
    let log = doors.staff.every_scan(&doors.event).await;
    let logged = log.iter().filter(|item| item["scanId"] == scan.scan_id);
    assert!(logged.count() <= 1, "{log:?}");
}

#[tokio::test]
async fn bad_tickets_get_results_and_spoil_nothing() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(2).await;
    let elsewhere = stack.open_doors(1).await;
    let (event, staff) = (&doors.event, &doors.staff);
    let [good, cancelled] = [&doors.guests[0], &doors.guests[1]];
    let left = cancelled.user.cancel_registration_for(event).await;
    left.expect(200);
    staff.wait_for_status(&cancelled.ticket, "void").await;
    let foreign = &elsewhere.guests[0].ticket;
    let qr = &good.ticket.qr;
    let altered = format!("{}{}", &qr[3..], &qr[..3]);
    let garbage = "A7%".repeat(1_366);

    let rows = [
        ("0000-0000-0000", "invalid"),
        ("🎫", "invalid"),
        (&garbage, "invalid"),
        (&altered, "invalid"),
        (&qr[..qr.len() / 2], "invalid"),
        (&foreign.code, "wrong-event"),
        (&foreign.qr, "wrong-event"),
        (&cancelled.ticket.code, "void"),
        (&cancelled.ticket.qr, "void"),
        (qr, "admitted"),
    ];
    // A scanner's clock may be up to two minutes fast. So a scan whose time is up to two minutes after the cancellation may
    // have been made before it. A time further in the future is ignored: the scan then counts as made when it arrives.
    let now = Timestamp::now();
    let off = now + Duration::from_mins(10);
    let scans = rows.map(|(ticket, expected)| {
        let at = if expected == "void" { off } else { now };
        OfflineScan::at("North", ticket, at)
    });
    for _ in 0..2 {
        let answer = staff.sync(event, &scans).await.expect(200);
        for (scan, (_, expected)) in scans.iter().zip(rows) {
            let result = scan.result_in(&answer);
            assert_eq!(result["result"], expected, "{scan:?} in {answer}");
            if expected == "invalid" {
                assert!(result["reason"].is_string(), "{scan:?} in {answer}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_scan_is_refused_by_name() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let ticket = &doors.guests[0].ticket;
    let right = |ticket: &str| {
        json!({
            "scanId": format!("scan-{}", unique()),
            "ticket": ticket,
            "scannedAt": in_seconds(-600),
            "gate": "North",
            "deviceId": "scanner-North",
        })
    };
    let mut bodies = vec![
        ("/scans", json!({})),
        ("/scans", json!({"scans": null})),
        ("/scans", json!({"scans": {}})),
        ("/scans", json!({"scans": "none"})),
        ("/scans/0", json!({"scans": [1]})),
        ("/scans/0", json!({"scans": [null]})),
        ("/colour", json!({"scans": [], "colour": "red"})),
    ];
    for (member, wrong) in wrong_members() {
        let mut scan = right("0000-0000-0000");
        match wrong {
            Some(wrong) => scan[member] = wrong,
            None => drop(scan.as_object_mut().and_then(|scan| scan.remove(member))),
        }
        let pointer = format!("/scans/1/{member}").leak();
        let good = right(&ticket.qr);
        bodies.push((pointer, json!({"scans": [good, scan]})));
    }

    let mut wrong = Vec::new();
    for (pointer, body) in bodies {
        let answer = doors.staff.sync_body(&doors.event, &body).await;
        if let Err(found) = check_invalid(&answer, pointer) {
            wrong.push(format!("{body}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let now = doors.staff.read_again(ticket).await.json;
    assert_eq!(
        now["status"], "issued",
        "a refused body admits nobody: {now}"
    );
}

/// Returns members of a scan, each with an invalid value for it. `None` means that the member is missing.
fn wrong_members() -> Vec<(&'static str, Option<Value>)> {
    vec![
        ("scanId", None),
        ("scanId", Some(json!(null))),
        ("scanId", Some(json!(1))),
        ("scanId", Some(json!(""))),
        ("ticket", None),
        ("ticket", Some(json!(null))),
        ("ticket", Some(json!(["0000-0000-0000"]))),
        ("scannedAt", None),
        ("scannedAt", Some(json!(null))),
        ("scannedAt", Some(json!(1_796_000_000))),
        ("scannedAt", Some(json!("soon"))),
        ("scannedAt", Some(json!("2031-05-01T18:00:00"))),
        ("scannedAt", Some(json!("2031-13-01T18:00:00Z"))),
        ("gate", Some(json!(1))),
        ("deviceId", None),
        ("deviceId", Some(json!(null))),
        ("deviceId", Some(json!({}))),
        ("colour", Some(json!("red"))),
    ]
}
