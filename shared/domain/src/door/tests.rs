mod orders;

use super::*;
use crate::events::schedule::tests::time;

fn id(text: &str) -> ScanId {
    ScanId::parse(text).unwrap()
}

pub(crate) fn scan(text: &str, second: i64) -> Scan {
    Scan {
        scan_id: id(text),
        at: at(second),
        by: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        gate: None,
        device_id: None,
        online: false,
        clock_off: false,
    }
}

fn online(text: &str, second: i64) -> Scan {
    Scan {
        online: true,
        ..scan(text, second)
    }
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(crate) fn ticket() -> Ticket {
    Ticket {
        code: "0000-0000-0000".parse().unwrap(),
        event_id: "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        user_id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        generation: 1,
        status: TicketStatus::Issued,
        issued_at: time("2027-01-01T00:00:00Z"),
        ended_at: None,
        scans: vec![],
        undone: vec![],
        undone_at: None,
        mail_again_at: None,
        rev: 0,
    }
}

fn kinds(ticket: &Ticket) -> Vec<ConflictKind> {
    ticket.conflicts().collect()
}

#[test]
fn what_was_undone_stays_undone_and_a_new_scan_admits() {
    let mut ticket = ticket();
    assert!(ticket.take(scan("a", 1)));
    assert_eq!(ticket.undo(at(2)), Undo::TookBack);
    assert_eq!(ticket.undo(at(2)), Undo::Unchanged);
    assert_eq!(ticket.undo(at(3)), Undo::Remembered);
    assert!(!ticket.take(scan("a", 1)));
    assert_eq!(ticket.verdict(&scan("a", 1)), Verdict::Undone);
    assert!(ticket.take(scan("b", 4)));
    assert_eq!(ticket.status, TicketStatus::Admitted);
}

#[test]
fn an_undo_of_one_scan_leaves_the_others_and_can_be_repeated() {
    let mut ticket = ticket();
    assert_eq!(ticket.undo_scan(&id("a")), Undo::Remembered);
    assert!(!ticket.take(scan("a", 1)), "it came after its undo");
    assert!(ticket.take(scan("b", 2)));
    assert!(ticket.take(scan("c", 3)));
    assert_eq!(ticket.undo_scan(&id("b")), Undo::TookBack);
    assert_eq!(ticket.verdict(&scan("b", 2)), Verdict::Undone);
    assert_eq!(ticket.verdict(&scan("c", 3)), Verdict::Admitted);
    assert_eq!(ticket.status, TicketStatus::Admitted);
    assert_eq!(ticket.undo_scan(&id("c")), Undo::TookBack);
    assert_eq!(ticket.status, TicketStatus::Issued);
    assert!(ticket.take(scan("d", 2)), "no time was forbidden");
    for again in ["a", "b", "c"] {
        assert_eq!(ticket.undo_scan(&id(again)), Undo::Unchanged);
    }
    assert!(ticket.is_inside());
}

#[test]
fn an_undo_reaches_the_scans_that_it_was_meant_for_though_they_come_later() {
    let mut ticket = ticket();
    assert_eq!(ticket.undo(at(4)), Undo::Remembered);
    for late in [scan("a", 2), scan("b", 4)] {
        assert!(!ticket.take(late.clone()));
        assert_eq!(ticket.verdict(&late), Verdict::Undone);
    }
    assert_eq!(ticket.status, TicketStatus::Issued);
    assert!(ticket.take(scan("c", 5)));
}

#[test]
fn a_server_whose_clock_is_ahead_hinders_no_undo() {
    let mut ticket = ticket();
    ticket.take(online("a", 5));
    assert_eq!(ticket.undo(at(4)), Undo::TookBack);
    assert!(!ticket.take(scan("b", 5)));
    assert!(ticket.take(online("c", 5)), "the server admitted it since");
}

#[test]
fn a_scan_of_before_the_end_admits_however_late_it_comes() {
    let mut early = ticket();
    early.take(scan("a", 2));
    assert!(early.end(at(5)));
    let mut late = ticket();
    assert!(late.end(at(5)));
    assert!(!late.is_inside());
    assert!(late.take(scan("a", 2)));
    assert_eq!(early, late);
    assert_eq!(late.status, TicketStatus::Void);
    assert_eq!(late.verdict(&scan("a", 2)), Verdict::Admitted);
    assert!(late.is_inside());
    assert_eq!(kinds(&late), [ConflictKind::Ended]);

    assert!(late.take(scan("b", 1)));
    assert_eq!(late.verdict(&scan("a", 2)), Verdict::AlreadyAdmitted);
    assert_eq!(kinds(&late), ConflictKind::ALL);
    assert_eq!(late.undo(at(9)), Undo::TookBack);
    assert_eq!((kinds(&late), late.is_inside()), (vec![], false));
    assert_eq!(late.status, TicketStatus::Void);
}

#[test]
fn a_scan_that_names_two_minutes_after_the_end_or_more_does_not_count() {
    let mut ticket = ticket();
    ticket.take(scan("a", 125));
    ticket.take(scan("b", 126));
    ticket.end(at(5));
    assert_eq!(ticket.admission(), None);
    for late in [scan("a", 125), scan("b", 126), scan("c", 125)] {
        assert!(!ticket.take(late.clone()));
        assert_eq!(ticket.verdict(&late), Verdict::Void);
    }
    assert!(!ticket.end(at(7)) && !ticket.end(at(5)), "it has ended");
    assert!(ticket.take(scan("d", 124)), "its clock may be fast");
    assert_eq!(ticket.verdict(&scan("d", 124)), Verdict::Admitted);
    assert!(ticket.end(at(4)), "it had ended before");
    assert_eq!(ticket.admission(), None);
}

#[test]
fn a_scan_that_counts_by_its_arrival_must_arrive_before_the_end() {
    let by_arrival = |id, second| Scan {
        clock_off: true,
        ..scan(id, second)
    };
    let mut ticket = ticket();
    ticket.take(by_arrival("a", 4));
    ticket.end(at(5));
    assert!(!ticket.take(by_arrival("b", 5)));
    assert_eq!(ticket.verdict(&by_arrival("b", 5)), Verdict::Void);
    assert_eq!(ticket.admission(), Some(&by_arrival("a", 4)));
    ticket.end(at(4));
    assert_eq!(ticket.admission(), None);
}

#[test]
fn an_undo_takes_a_scan_by_a_fast_clock_back_and_hinders_no_later_one() {
    let mut ticket = ticket();
    ticket.take(scan("fast", 64));
    assert_eq!(ticket.undo(at(4)), Undo::TookBack);
    assert!(!ticket.take(scan("fast", 64)));
    assert_eq!(ticket.verdict(&scan("fast", 64)), Verdict::Undone);
    assert!(ticket.take(scan("again", 10)), "the holder came back");
}

#[test]
fn whom_the_server_let_in_is_inside_though_the_end_reached_the_ticket_later() {
    let mut ticket = ticket();
    ticket.take(online("a", 6));
    ticket.end(at(5));
    assert_eq!(ticket.verdict(&online("a", 6)), Verdict::Admitted);
    assert_eq!(kinds(&ticket), [ConflictKind::Ended]);
}

#[test]
fn a_tombstone_takes_no_scan_has_no_end_and_nothing_to_undo() {
    let mut tombstone = Ticket {
        status: TicketStatus::Void,
        ..ticket()
    };
    let before = tombstone.clone();
    assert!(!tombstone.take(scan("a", 1)) && !tombstone.take(online("b", 1)));
    assert!(!tombstone.end(at(9)));
    assert_eq!(tombstone.undo(at(9)), Undo::Unchanged);
    assert_eq!(tombstone.undo_scan(&id("a")), Undo::Unchanged);
    assert_eq!(tombstone.verdict(&scan("a", 1)), Verdict::Void);
    assert_eq!(tombstone, before);
}

#[test]
fn a_ticket_that_was_voided_before_ends_were_recorded_is_as_it_was() {
    let void = Ticket {
        status: TicketStatus::Void,
        scans: vec![scan("a", 1)],
        rev: 2,
        ..ticket()
    };
    assert_eq!((void.is_inside(), kinds(&void)), (false, vec![]));
    assert_eq!(void.verdict(&scan("a", 1)), Verdict::Void);
}

#[test]
fn a_ticket_keeps_no_more_than_its_earliest_scans() {
    let mut ticket = ticket();
    for second in 0..60 {
        ticket.take(scan(&format!("s{second}"), 100 - second));
    }
    assert_eq!(ticket.scans.len(), MAX_SCANS);
    assert_eq!(ticket.admission(), Some(&scan("s59", 41)));
    assert!(!ticket.take(scan("late", 200)), "it is not kept");
    assert_eq!(ticket.verdict(&scan("late", 200)), Verdict::AlreadyAdmitted);
}

#[test]
fn what_ended_first_is_what_ended_it() {
    use crate::events::{EventStatus, tests::concert};

    let mut event = concert(EventStatus::Published);
    let mut ticket = ticket();
    ticket.take(scan("a", 1));
    assert_eq!(ticket.ending(&event), None);
    event.status = EventStatus::Completed;
    assert_eq!(ticket.ending(&event), None, "who came in is in");
    event.status = EventStatus::Cancelled;
    event.cancelled_at = Some(at(9));
    let ending = |at, cause| Some(Ending { at, cause });
    assert_eq!(
        ticket.ending(&event),
        ending(at(9), EndCause::EventCancelled)
    );
    assert_eq!(kinds(&ticket), []);
    let kinds: Vec<_> = ticket.conflicts_at(&event).collect();
    assert_eq!(kinds, [ConflictKind::Ended]);
    ticket.end(at(5));
    assert_eq!(
        ticket.ending(&event),
        ending(at(5), EndCause::RegistrationCancelled)
    );
    event.cancelled_at = None;
    event.updated_at = at(3);
    assert_eq!(
        ticket.ending(&event),
        ending(at(3), EndCause::EventCancelled),
        "an event that was cancelled before that was recorded"
    );
}
