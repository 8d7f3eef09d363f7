//! Test of the opening of the doors for 100 guests. Each of four scanners scans every guest's ticket.

use std::collections::BTreeMap;

use fastrand::Rng;
use futures::future::join_all;
use tests::{Answer, OpenDoors, PATIENCE, Stack, assert_result, eventually, time_in};

const GUESTS: usize = 100;
const GATES: [&str; 4] = ["North", "East", "South", "West"];
/// Seed for the random orders in which the scanners scan the guests. It is fixed, so every run has the same orders.
const SEED: u64 = 20_261_123;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_tickets_scanned_by_four_scanners_at_once_admit_once_each() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(GUESTS).await;

    let mut rng = Rng::with_seed(SEED);
    let scanners = GATES.map(|gate| {
        let mut order: Vec<usize> = (0..GUESTS).collect();
        rng.shuffle(&mut order);
        scan_all(&doors, gate, order)
    });
    let mut scans: BTreeMap<usize, Vec<Answer>> = BTreeMap::new();
    for (guest, scanned) in join_all(scanners).await.into_iter().flatten() {
        scans.entry(guest).or_default().push(scanned);
    }

    for (guest, scans) in &scans {
        assert_admitted_once(&doors, *guest, scans).await;
    }
    eventually(PATIENCE, async || {
        match doors.staff.every_scan(&doors.event).await.len() {
            scans if scans == GUESTS * GATES.len() => Ok(()),
            scans => Err(format!("{scans} scans in the log")),
        }
    })
    .await;
    let log = doors.staff.every_scan(&doors.event).await;
    let admitted = log.iter().filter(|item| item["result"] == "admitted");
    assert_eq!(admitted.count(), GUESTS, "admissions in the log");
}

/// Scans the tickets of all guests at one gate, one after the other in the order `order`. Returns each guest's index and
/// answer.
async fn scan_all(doors: &OpenDoors, gate: &str, order: Vec<usize>) -> Vec<(usize, Answer)> {
    let mut scans = Vec::with_capacity(order.len());
    for guest in order {
        let content = &doors.guests[guest].ticket.qr;
        let scanned = doors.staff.check_in_at(&doors.event, gate, content).await;
        scans.push((guest, scanned));
    }
    scans
}

async fn assert_admitted_once(doors: &OpenDoors, guest: usize, scans: &[Answer]) {
    assert_eq!(scans.len(), GATES.len(), "scans of guest {guest}");
    let is_first = |scan: &&Answer| scan["result"] == "admitted";
    let (first, others): (Vec<&Answer>, Vec<&Answer>) = scans.iter().partition(is_first);
    assert_eq!(first.len(), 1, "admissions of guest {guest}: {scans:?}");
    assert_result(first[0], "admitted");
    for other in others {
        assert_result(other, "already-admitted");
        for member in ["admittedAt", "gate", "deviceId"] {
            assert_eq!(other[member], first[0][member], "{member} in {other}");
        }
    }
    let ticket = &doors.guests[guest].ticket;
    let now = doors.staff.read_again(ticket).await;
    assert_eq!(now.json["status"], "admitted", "{}", now.json);
    let admitted_at = time_in(&now.json["admittedAt"]);
    assert_eq!(admitted_at, time_in(&first[0]["admittedAt"]));
}
