//! Tests of the data that a scanner needs when it has no network: the public keys and the codes of void tickets.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::join_all;
use jiff::Timestamp;
use serde_json::Value;
use tests::{Event, Guest, PATIENCE, Stack, User, assert_refused, assert_since, eventually};

/// Length of an Ed25519 public key in bytes (RFC 8032).
const PUBLIC_KEY_BYTES: usize = 32;

#[tokio::test]
async fn the_door_tells_its_keys() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(0).await;
    let begun = Timestamp::now();

    let door = doors.staff.door(&doors.event).await.expect(200);

    let keys = door["keys"].as_array().cloned().unwrap_or_default();
    assert!(!keys.is_empty(), "{door}");
    let mut kids = BTreeSet::new();
    for key in &keys {
        let kid = &key["kid"];
        assert!(kid.is_string() || kid.is_number(), "{door}");
        assert!(kids.insert(kid.to_string()), "{kid} twice in {door}");
        let encoded = key["publicKey"].as_str().unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap_or_default();
        assert_eq!(bytes.len(), PUBLIC_KEY_BYTES, "{door}");
    }
    assert_since(begun, &door["asOf"]);
    assert_eq!(door["revoked"], Value::Array(Vec::new()), "{door}");
}

#[tokio::test]
async fn every_door_has_the_same_keys() {
    let stack = Stack::from_env();
    let doors = [stack.open_doors(0).await, stack.open_doors(0).await];
    // Another test may rotate the signing secret between the reads of the first and the second door. So the test reads the keys
    // of both doors until they are equal.
    eventually(PATIENCE, async || {
        let mut keys = Vec::new();
        for door in &doors {
            let reported = door.staff.door(&door.event).await.when(200)?;
            keys.push(reported["keys"].clone());
        }
        if keys[0] == keys[1] {
            Ok(())
        } else {
            Err(format!("{keys:?}"))
        }
    })
    .await;
}

/// A simulated scanner: it stores the revoked codes, and requests only the changes since its last read.
#[derive(Default)]
struct Scanner {
    revoked: BTreeSet<String>,
    cursor: Option<String>,
}

impl Scanner {
    /// Reads the event's door data once, and returns the codes that the answer lists as revoked.
    async fn visit(&mut self, staff: &User, event: &Event) -> Vec<String> {
        let door = match &self.cursor {
            Some(cursor) => staff.door_since(event, cursor).await,
            None => staff.door(event).await,
        };
        let door = door.expect(200);
        let Some(revoked) = door["revoked"].as_array() else {
            panic!("expected revoked in {door}");
        };
        let codes = revoked.iter().filter_map(Value::as_str);
        let codes: Vec<String> = codes.map(str::to_owned).collect();
        assert_eq!(codes.len(), revoked.len(), "{door}");
        self.revoked.extend(codes.iter().cloned());
        if let Some(next) = door["nextCursor"].as_str() {
            self.cursor = Some(next.to_owned());
        }
        codes
    }

    /// Reads the event's door data until the revoked codes of the scanner are exactly the codes of these guests' tickets.
    async fn update(&mut self, staff: &User, event: &Event, guests: &[Guest]) {
        let codes = guests.iter().map(|guest| guest.ticket.code.clone());
        let expected: BTreeSet<String> = codes.collect();
        eventually(PATIENCE, async || {
            self.visit(staff, event).await;
            if self.revoked == expected {
                Ok(())
            } else {
                Err(format!("{:?} instead of {expected:?}", self.revoked))
            }
        })
        .await;
    }
}

async fn cancel_all(guests: &[Guest], event: &Event) {
    let calls = guests
        .iter()
        .map(|guest| guest.user.cancel_registration_for(event));
    for answer in join_all(calls).await {
        answer.expect(200);
    }
}

#[tokio::test]
async fn a_scanner_learns_which_tickets_are_void() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(3).await;
    let (event, staff, guests) = (&doors.event, &doors.staff, &doors.guests);
    let mut scanner = Scanner::default();
    assert!(scanner.visit(staff, event).await.is_empty());

    cancel_all(&guests[..1], event).await;
    scanner.update(staff, event, &guests[..1]).await;
    assert!(scanner.cursor.is_some(), "no cursor to go on with");

    // A scanner with a cursor gets only the changes after the cursor. A scanner without a cursor gets all revoked codes.
    cancel_all(&guests[1..2], event).await;
    scanner.update(staff, event, &guests[..2]).await;
    let mut another = Scanner::default();
    another.update(staff, event, &guests[..2]).await;
}

#[tokio::test]
async fn a_void_ticket_stays_revoked_and_the_new_one_is_not() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, staff, guest) = (&doors.event, &doors.staff, &doors.guests[0]);
    cancel_all(&doors.guests, event).await;
    let mut scanner = Scanner::default();
    scanner.update(staff, event, &doors.guests).await;

    guest.user.register_for(event).await.expect(201);
    guest.user.ticket_of(event).await;

    scanner.update(staff, event, &doors.guests).await;
    let mut another = Scanner::default();
    another.update(staff, event, &doors.guests).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanner_misses_none_of_many() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(30).await;
    let (event, staff, guests) = (&doors.event, &doors.staff, &doors.guests);
    let mut scanner = Scanner::default();
    scanner.visit(staff, event).await;

    // The scanner reads the door data repeatedly while all these registrations are cancelled.
    let (_, revoked) = guests.split_at(2);
    futures::join!(
        cancel_all(revoked, event),
        scanner.update(staff, event, revoked)
    );
    let mut another = Scanner::default();
    another.update(staff, event, revoked).await;
}

#[tokio::test]
async fn a_cursor_that_was_tampered_with_is_refused() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(0).await;
    for cursor in ["nonsense", "%00", "🎫"] {
        let path = format!("{}?cursor={cursor}", doors.event.door_path());
        assert_refused(&doors.staff.get(&path).await, 400);
    }
}
