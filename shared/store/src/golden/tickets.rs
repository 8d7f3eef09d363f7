//! Golden tests of registrations and tickets.

use super::*;

#[test]
fn a_registration() {
    let registration = Registration {
        event_id: event().id,
        user_id: event().organizer.id,
        status: RegistrationStatus::Confirmed,
        registered_at: event().created_at,
        cancelled_at: None,
        cancelled_by: None,
        removal_reason: None,
        seat_lost_at: None,
        promoted: false,
        muted: false,
        kept: false,
        generation: 1,
        entry_id: Some(Uuid::from_u128(7).into()),
        rev: 7,
    };
    assert_json_snapshot!(shown(serde_dynamo::to_item(registration).unwrap()), @r#"
    {
      "entryId": {
        "S": "00000000000000000000000000000007"
      },
      "eventId": {
        "S": "evt_01h455vb4pex5vsknk084sn02r"
      },
      "generation": {
        "N": "1"
      },
      "registeredAt": {
        "S": "2027-01-01T00:00:00Z"
      },
      "rev": {
        "N": "7"
      },
      "status": {
        "S": "confirmed"
      },
      "userId": {
        "S": "usr_01h455vb4pex5vsknk084sn02q"
      }
    }
    "#);
}

#[test]
fn a_ticket() {
    let scan = Scan {
        scan_id: ScanId::parse("s1").unwrap(),
        at: event().created_at,
        by: event().organizer.id,
        gate: Some(Gate::parse("North").unwrap()),
        device_id: None,
        online: false,
        clock_off: false,
    };
    let ticket = Ticket {
        code: "ABCD-EFGH-JKMN".parse().unwrap(),
        event_id: event().id,
        user_id: event().organizer.id,
        generation: 1,
        status: TicketStatus::Admitted,
        issued_at: event().created_at,
        ended_at: None,
        scans: vec![scan],
        undone: vec![],
        undone_at: None,
        mail_again_at: None,
        rev: 1,
    };
    assert_json_snapshot!(shown(serde_dynamo::to_item(ticket).unwrap()), @r#"
    {
      "code": {
        "S": "ABCD-EFGH-JKMN"
      },
      "eventId": {
        "S": "evt_01h455vb4pex5vsknk084sn02r"
      },
      "generation": {
        "N": "1"
      },
      "issuedAt": {
        "S": "2027-01-01T00:00:00Z"
      },
      "rev": {
        "N": "1"
      },
      "scans": [
        {
          "at": {
            "S": "2027-01-01T00:00:00Z"
          },
          "by": {
            "S": "usr_01h455vb4pex5vsknk084sn02q"
          },
          "gate": {
            "S": "North"
          },
          "scanId": {
            "S": "s1"
          }
        }
      ],
      "status": {
        "S": "admitted"
      },
      "undone": [],
      "userId": {
        "S": "usr_01h455vb4pex5vsknk084sn02q"
      }
    }
    "#);
}

#[test]
fn a_ticket_that_ended_while_its_holder_was_inside() {
    let at = event().created_at;
    let ticket = Ticket {
        code: "ABCD-EFGH-JKMN".parse().unwrap(),
        event_id: event().id,
        user_id: event().organizer.id,
        generation: 1,
        status: TicketStatus::Void,
        issued_at: at,
        ended_at: Some(at),
        scans: vec![Scan {
            scan_id: ScanId::parse("s1").unwrap(),
            at,
            by: event().organizer.id,
            gate: None,
            device_id: None,
            online: true,
            clock_off: false,
        }],
        undone: vec![],
        undone_at: Some(at),
        mail_again_at: Some(at),
        rev: 2,
    };
    let item: Item = serde_dynamo::to_item(&ticket).unwrap();
    let time = s("2027-01-01T00:00:00Z");
    assert_eq!(item["status"], s("void"));
    assert_eq!((&item["endedAt"], &item["undoneAt"]), (&time, &time));
    assert_eq!(item["mailAgainAt"], time);
    let Value::L(scans) = &item["scans"] else {
        panic!("no list: {item:?}");
    };
    let [Value::M(scan)] = &scans[..] else {
        panic!("not one scan: {scans:?}");
    };
    assert_eq!(scan["online"], Value::Bool(true));
    assert_eq!(serde_dynamo::from_item::<_, Ticket>(item).unwrap(), ticket);
}

#[test]
fn a_void_ticket_of_before_ends_were_recorded_is_read_and_takes_no_scan() {
    let stored = json!({
        "code": "ABCD-EFGH-JKMN", "eventId": event().id, "userId": event().organizer.id, "generation": 1, "status": "void",
        "issuedAt": "2027-01-01T00:00:00Z", "undone": [], "rev": 3,
        "scans": [{"scanId": "s1", "at": "2027-01-01T00:00:00Z", "by": event().organizer.id}],
    });
    let item: Item = serde_dynamo::to_item(stored).unwrap();
    let mut ticket: Ticket = serde_dynamo::from_item(item).unwrap();
    assert_eq!((ticket.ended_at, ticket.is_inside()), (None, false));
    let scan = Scan {
        scan_id: ScanId::parse("s2").unwrap(),
        ..ticket.scans[0].clone()
    };
    assert!(!ticket.take(scan));
}
