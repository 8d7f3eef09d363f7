//! Tests of the real scanner against a test server that fails and recovers.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions only, not in what they share"
)]

mod authority;
mod scanner;
mod server;

use std::fs;

use serde_json::Value;

use self::{
    authority::Authority,
    scanner::{Running, State},
    server::{Mode, Server},
};

#[test]
fn nobody_is_lost_over_an_outage_and_a_kill() {
    let (server, state) = (Server::start(), State::new());
    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("online");
    scanner.scan(&server.token(1));
    scanner.expect("✓ ADMITTED  Holder 1  ");

    server.set(Mode::Drops);
    scanner.scan(&server.token(2));
    scanner.expect("OFFLINE at");
    scanner.expect("✓ ADMITTED (offline)");
    scanner.kill();

    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("the server is away");
    scanner.expect("in 2 · refused 0 · queued 1 · OFFLINE");
    for admitted in [1, 2] {
        scanner.scan(&server.token(admitted));
        scanner.expect("✗ ALREADY ADMITTED at gate A, ");
    }
    scanner.scan(&server.code(3));
    scanner.expect("? NOT ADMITTED");
    scanner.scan(&server.token(3));
    scanner.expect("✓ ADMITTED (offline)");
    scanner.expect("in 3 · refused 3 · queued 2 · OFFLINE");
    let queued = state.queued();
    assert_eq!(queued.len(), 2);
    assert_eq!(server.synced(), Vec::<String>::new());

    server.set(Mode::Up);
    scanner.expect("2 scans sent");
    scanner.expect("the server is back");
    scanner.expect("queued 0 · online");
    assert_eq!(server.synced(), queued);
    scanner.scan(&server.token(2));
    scanner.expect("✗ ALREADY ADMITTED at gate A, ");
    assert_eq!(scanner.end(), Some(0));
    assert_eq!(state.queued(), Vec::<String>::new());
}

#[test]
fn a_sync_whose_answer_is_lost_is_sent_again_as_it_was() {
    let (server, state) = (Server::start(), State::new());
    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("online");
    server.set(Mode::Drops);
    scanner.scan(&server.token(1));
    scanner.expect("✓ ADMITTED (offline)");
    let queued = state.queued();
    server.set(Mode::LosesAnswers);
    server.wait_until(|server| server.synced().len() >= 2);
    server.set(Mode::Up);
    scanner.expect("the server is back");
    assert_eq!(scanner.end(), Some(0));
    assert!(server.synced().iter().all(|id| *id == queued[0]));
    assert_eq!(server.admissions(1), 1);
}

#[test]
fn a_check_in_whose_answer_is_lost_is_no_conflict() {
    let (server, state) = (Server::start(), State::new());
    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("online");
    server.set(Mode::LosesAnswers);
    scanner.scan(&server.token(1));
    scanner.expect("✓ ADMITTED (offline)");
    server.set(Mode::Up);
    scanner.expect("the server is back");
    assert_eq!(scanner.end(), Some(0));
    assert_eq!(server.admissions(1), 2);
    assert!(!scanner.seen("CONFLICT"));
}

#[test]
fn a_ticket_used_at_two_doors_is_told_when_the_network_is_back() {
    let (server, state) = (Server::start(), State::new());
    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("online");
    server.set(Mode::Unavailable);
    scanner.scan(&server.token(1));
    scanner.expect("✓ ADMITTED (offline)");
    server.admit_elsewhere(1);
    server.set(Mode::Up);
    let conflict = format!("CONFLICT {}: also admitted at gate B, ", server.code(1));
    scanner.expect(&conflict);
    assert_eq!(scanner.end(), Some(0));
}

#[test]
fn a_server_that_says_nothing_does_not_hold_up_the_door() {
    let (server, state) = (Server::start(), State::new());
    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("online");
    server.set(Mode::Hangs);
    scanner.scan(&server.token(1));
    scanner.expect("✓ ADMITTED (offline)");
    server.set(Mode::Up);
    assert_eq!(scanner.end(), Some(0));
    assert_eq!(server.synced().len(), 1);
}

#[test]
fn what_is_left_in_the_queue_is_told_at_the_end_and_sent_by_the_next_start() {
    let (server, state) = (Server::start(), State::new());
    assert_eq!(
        Running::start(&server, &state, &["--offline"]).end(),
        Some(2)
    );
    assert_eq!(Running::start(&server, &state, &[]).end(), Some(0));

    let mut scanner = Running::start(&server, &state, &["--offline"]);
    scanner.scan(&server.token(1));
    scanner.scan(&server.token(2));
    scanner.expect("queued 2 · OFFLINE");
    assert_eq!(scanner.end(), Some(3));
    assert!(
        scanner
            .errors()
            .contains(&state.path().display().to_string())
    );

    let scanner = Running::start(&server, &state, &[]).end();
    assert_eq!((scanner, server.synced().len()), (Some(0), 2));
}

#[test]
fn garbage_is_refused_with_the_network_and_without() {
    let (server, state) = (Server::start(), State::new());
    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("online");
    let mut garbage: Vec<Vec<u8>> = vec![
        b"\xff\xfe\x00\x1b[2J".to_vec(),
        "🎟".repeat(60).into_bytes(),
        vec![b'%'; 4096],
        vec![b'%'; 20_000],
        server.token(1).to_lowercase().into_bytes(),
        server.token(1)[..100].into(),
    ];
    let mut random = fastrand::Rng::with_seed(7);
    garbage.extend((0..50).map(|_| {
        let length = random.usize(1..400);
        let bytes = std::iter::repeat_with(|| random.u8(b' ' + 1..)).take(length);
        bytes.collect()
    }));
    for mode in [Mode::Up, Mode::Drops] {
        server.set(mode);
        for line in &garbage {
            scanner.scan_bytes(line);
            scanner.expect("✗ INVALID");
        }
    }
    assert_eq!(state.queued(), Vec::<String>::new());
    scanner.scan(&server.token(1));
    scanner.expect("✓ ADMITTED (offline)");
    server.set(Mode::Up);
    assert_eq!(scanner.end(), Some(0));
}

#[test]
fn an_expired_access_token_is_renewed() {
    let (server, state) = (Server::start(), State::new());
    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("online");
    for holder in [1, 2] {
        server.expire_tokens();
        scanner.scan(&server.token(holder));
        scanner.expect(&format!("✓ ADMITTED  Holder {holder}  "));
    }
    assert_eq!(scanner.end(), Some(0));
    assert!(!scanner.seen("OFFLINE"));
}

#[test]
fn a_server_that_refuses_ends_it_with_a_reason() {
    let (server, state) = (Server::start(), State::new());
    for (status, reason) in [
        (401, "sign in with an account"),
        (403, "not on the event's door staff"),
        (404, "no such event"),
    ] {
        server.set(Mode::Refuses(status));
        let mut scanner = Running::start(&server, &state, &[]);
        assert_eq!(scanner.end(), Some(2));
        assert!(scanner.errors().contains(reason), "{}", scanner.errors());
    }
    server.set(Mode::Drops);
    assert_eq!(Running::start(&server, &state, &[]).end(), Some(1));

    server.set(Mode::Up);
    let mut scanner = Running::start(&server, &state, &[]);
    scanner.expect("online");
    server.set(Mode::Refuses(403));
    scanner.scan(&server.token(1));
    assert_eq!(scanner.end(), Some(2));
    assert!(!scanner.seen("ADMITTED"));
}

#[test]
fn credentials_are_not_kept() {
    let (server, state) = (Server::start(), State::new());
    assert_eq!(Running::start(&server, &state, &[]).end(), Some(0));
    let text = fs::read_to_string(state.path()).unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_ok());
    for secret in [server::PASSWORD, "access-", "refresh-"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn by_https_it_works_where_the_certificate_is_trusted_and_tells_nothing_where_it_is_not() {
    let (ours, others) = (Authority::new(), Authority::new());
    let server = Server::start_with_tls(&ours);
    let state = State::new();
    let mut scanner = Running::trusting(&ours, &server, &state);
    scanner.expect("online");
    scanner.scan(&server.token(1));
    scanner.expect("✓ ADMITTED  Holder 1  ");
    assert_eq!(scanner.end(), Some(0));

    let mut scanner = Running::trusting(&others, &server, &state);
    scanner.expect("the server is away");
    scanner.scan(&server.token(2));
    scanner.expect("✓ ADMITTED (offline)");
    assert_eq!(scanner.end(), Some(3));
    assert_eq!(server.synced(), Vec::<String>::new());
}
