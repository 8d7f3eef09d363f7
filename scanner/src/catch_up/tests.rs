use jiff::Timestamp;

use super::*;
use crate::{api::CheckIn, verdict::Reason};

fn scan(id: &str, code: Option<&str>) -> QueuedScan {
    QueuedScan {
        scan_id: id.to_owned(),
        ticket: "token".to_owned(),
        scanned_at: Timestamp::UNIX_EPOCH,
        gate: None,
        device_id: "own".to_owned(),
        admitted: code.map(|code| code.parse().unwrap()),
    }
}

fn state(queue: Vec<QueuedScan>) -> State {
    let event = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    State {
        queue,
        ..State::new(event, "own".to_owned())
    }
}

fn result(id: &str, result: &str, conflicts: &[(&str, &str)]) -> SyncedScan {
    SyncedScan {
        scan_id: id.to_owned(),
        check_in: CheckIn {
            result: result.to_owned(),
            ..CheckIn::default()
        },
        conflicts: conflicts
            .iter()
            .map(|(gate, device)| Conflict {
                scanned_at: None,
                gate: Some((*gate).to_owned()),
                device_id: Some((*device).to_owned()),
            })
            .collect(),
        ended: None,
    }
}

const CODE: &str = "ABCD-EFGH-JKMN";

fn of_one(synced: SyncedScan) -> Vec<Finding> {
    let mut state = state(vec![scan("a", Some(CODE)), scan("b", None)]);
    let (settled, findings) = settle(&mut state, &[synced]);
    assert_eq!((settled, state.queue.len()), (1, 1));
    findings
}

fn used_at(gate: &str, device: &str) -> Finding {
    let admission = Admission {
        at: None,
        gate: Some(gate.to_owned()),
        device_id: Some(device.to_owned()),
    };
    Finding::UsedElsewhere(CODE.parse().unwrap(), vec![admission])
}

#[test]
fn what_the_server_confirms_is_dropped_in_silence() {
    assert_eq!(of_one(result("a", "admitted", &[])), []);
    assert_eq!(of_one(result("b", "wrong-event", &[])), []);
}

#[test]
fn a_use_at_another_door_is_found() {
    for outcome in ["admitted", "already-admitted"] {
        let findings = of_one(result("a", outcome, &[("B", "other")]));
        assert_eq!(findings, [used_at("B", "other")]);
    }
    let mut told_by_admission = result("a", "already-admitted", &[]);
    told_by_admission.check_in.gate = Some("C".to_owned());
    told_by_admission.check_in.device_id = Some("other".to_owned());
    assert_eq!(of_one(told_by_admission), [used_at("C", "other")]);
}

#[test]
fn a_check_in_of_this_device_whose_answer_was_lost_is_no_conflict() {
    assert_eq!(of_one(result("a", "admitted", &[("A", "own")])), []);
    assert_eq!(
        of_one(result(
            "a",
            "already-admitted",
            &[("A", "own"), ("B", "other")]
        )),
        [used_at("B", "other")]
    );
}

#[test]
fn who_is_inside_with_a_ticket_that_has_ended_since_is_told_and_the_next_is_refused() {
    let code = CODE.parse().unwrap();
    let ended = Ended {
        at: "2027-05-01T18:05:00Z".parse().unwrap(),
        cause: "registration-cancelled".to_owned(),
    };
    for outcome in ["admitted", "already-admitted"] {
        let synced = SyncedScan {
            ended: Some(ended.clone()),
            ..result("a", outcome, &[("B", "other")])
        };
        let mut state = state(vec![scan("a", Some(CODE))]);
        let (_, findings) = settle(&mut state, &[synced]);
        let since = Finding::EndedSince(code, ended.clone());
        assert_eq!(findings, [used_at("B", "other"), since]);
        assert_eq!(
            state.judge(CODE, Timestamp::UNIX_EPOCH),
            Verdict::Void(Some(code))
        );
    }
}

#[test]
fn who_should_not_have_been_let_in_is_told() {
    let code = CODE.parse().unwrap();
    assert_eq!(
        of_one(result("a", "void", &[])),
        [Finding::WronglyLetIn(code, Verdict::Void(None))]
    );
    let mut undone = result("a", "invalid", &[]);
    undone.check_in.reason = Some("undone".to_owned());
    let other = Verdict::Invalid(Reason::Other("undone".to_owned()));
    assert_eq!(of_one(undone), [Finding::WronglyLetIn(code, other)]);
}

#[test]
fn only_what_was_answered_for_leaves_the_queue() {
    let mut state = state(vec![scan("a", Some(CODE)), scan("b", None)]);
    let strange = [result("c", "admitted", &[])];
    assert_eq!(settle(&mut state, &strange), (0, vec![]));
    assert_eq!(state.queue.len(), 2);
}

#[test]
fn a_clock_that_is_off_is_told_once() {
    let mut state = state(vec![scan("a", None), scan("b", None)]);
    let mut results = [
        result("a", "wrong-event", &[]),
        result("b", "wrong-event", &[]),
    ];
    for result in &mut results {
        result.check_in.reason = Some("clock-off".to_owned());
    }
    assert_eq!(settle(&mut state, &results), (2, vec![Finding::ClockOff]));
}

#[test]
fn one_scan_that_is_refused_does_not_hold_up_the_others() {
    let ids: Vec<String> = (0..150).map(|id| id.to_string()).collect();
    let mut state = state(ids.iter().map(|id| scan(id, None)).collect());
    let mut batch = Batch::default();
    let mut calls = 0;
    while !state.queue.is_empty() {
        let sent = batch.of(&state);
        assert!(sent.len() <= BATCH);
        calls += 1;
        if sent.iter().any(|scan| scan.scan_id == "3") {
            batch.refused(&sent, &mut state);
        } else {
            let results: Vec<_> = sent
                .iter()
                .map(|scan| result(&scan.scan_id, "admitted", &[]))
                .collect();
            settle(&mut state, &results);
        }
    }
    assert_eq!(state.rejected, [scan("3", None)]);
    // One call sends a hundred scans, four calls send scans 0 to 3 one by one, and two calls send the other 146 scans.
    assert_eq!(calls, 7);
}
