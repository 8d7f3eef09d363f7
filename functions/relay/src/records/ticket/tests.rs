use domain::{
    door::Scan,
    text::{Gate, ScanId},
};
use jiff::SignedDuration;

use super::*;
use crate::samples::{at, event_id, table, user};

fn scan(id: &str, gate: &str) -> Scan {
    Scan {
        scan_id: ScanId::parse(id).unwrap(),
        at: at(),
        by: user(1),
        gate: Gate::parse(gate).ok(),
        device_id: None,
        online: false,
        clock_off: false,
    }
}

fn ticket(status: TicketStatus, scans: Vec<Scan>) -> Ticket {
    Ticket {
        code: "abcdefghjkmn".parse().unwrap(),
        event_id: event_id(),
        user_id: user(2),
        generation: 2,
        status,
        issued_at: at(),
        ended_at: None,
        scans,
        undone: vec![],
        undone_at: None,
        mail_again_at: None,
        rev: 4,
    }
}

#[test]
fn effects_of_a_ticket() {
    use TicketStatus::{Admitted, Issued, Void};
    let issued = ticket(Issued, vec![]);
    let north = ticket(Admitted, vec![scan("n", "North")]);
    let south = ticket(Admitted, vec![scan("s", "South")]);
    let both = ticket(Admitted, vec![scan("n", "North"), scan("s", "South")]);
    let voided_long_ago = ticket(Void, vec![scan("n", "North")]);
    let mut void = issued.clone();
    void.end(at());
    let mut inside = north.clone();
    inside.end(at() + SignedDuration::from_secs(1));
    let mut outside = inside.clone();
    outside.undo(at() + SignedDuration::from_secs(2));
    let mut again = north.clone();
    again.mail_again(at()).unwrap();
    let on = |before: &Ticket, after: &Ticket| on_ticket(Some(before), after, "r1");
    insta::assert_snapshot!(table([
        ("issued", on_ticket(None, &issued, "r1")),
        ("a tombstone", on_ticket(None, &void, "r1")),
        ("a tombstone with a scan", on_ticket(None, &voided_long_ago, "r1")),
        ("voided", on(&issued, &void)),
        ("admitted", on(&issued, &north)),
        ("admitted earlier, at another gate", on(&north, &south)),
        ("used twice", on(&north, &both)),
        ("ended while its holder is inside", on(&north, &inside)),
        ("ended before a late scan", on(&void, &inside)),
        ("admission taken back", on(&inside, &outside)),
        ("to be mailed again", on(&north, &again)),
        ("written after it was mailed again", on(&again, &again)),
    ]), @r#"
    issued:
      SendMail: {"to":"registrant","eventId":"EVENT","userId":"USER2","about":{"kind":"ticket","generation":2},"requestId":"r1"}
      AddToStatistics: EVENT, tickets +1
    a tombstone:
      nothing
    a tombstone with a scan:
      nothing
    voided:
      AddToStatistics: EVENT, tickets -1
    admitted:
      AddToStatistics: EVENT, a#2010216 +1, gate#North +1
      AddToStatistics: all, admissions +1
    admitted earlier, at another gate:
      AddToStatistics: EVENT, gate#North -1, gate#South +1
    used twice:
      PublishFrame: on EVENT#door, named ABCD-EFGH-JKMN#4, {"type":"conflict","eventId":"EVENT","code":"ABCD-EFGH-JKMN","kinds":["used-twice"],"admittedAt":"2027-05-01T18:00:00.000Z"}
    ended while its holder is inside:
      PublishFrame: on EVENT#door, named ABCD-EFGH-JKMN#4, {"type":"conflict","eventId":"EVENT","code":"ABCD-EFGH-JKMN","kinds":["ended"],"admittedAt":"2027-05-01T18:00:00.000Z","endedAt":"2027-05-01T18:00:01.000Z"}
      AddToStatistics: EVENT, tickets -1, ended +1
    ended before a late scan:
      PublishFrame: on EVENT#door, named ABCD-EFGH-JKMN#4, {"type":"conflict","eventId":"EVENT","code":"ABCD-EFGH-JKMN","kinds":["ended"],"admittedAt":"2027-05-01T18:00:00.000Z","endedAt":"2027-05-01T18:00:01.000Z"}
      AddToStatistics: EVENT, a#2010216 +1, gate#North +1, ended +1
      AddToStatistics: all, admissions +1
    admission taken back:
      PublishFrame: on EVENT#door, named ABCD-EFGH-JKMN#4, {"type":"conflict","eventId":"EVENT","code":"ABCD-EFGH-JKMN","kinds":[],"endedAt":"2027-05-01T18:00:01.000Z"}
      AddToStatistics: EVENT, a#2010216 -1, gate#North -1, ended -1
      AddToStatistics: all, admissions -1
    to be mailed again:
      SendMail: {"to":"registrant","eventId":"EVENT","userId":"USER2","about":{"kind":"ticket","generation":2,"againAt":"2027-05-01T18:00:00Z"},"requestId":"r1"}
    written after it was mailed again:
      nothing
    "#);
}
