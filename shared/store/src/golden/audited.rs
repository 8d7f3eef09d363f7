//! Golden tests of stored entries of the audit log.

use super::*;

#[test]
fn an_entry_of_the_audit_log() {
    let actor = Actor {
        id: event().organizer.id,
        role: Role::Organizer,
    };
    let mut raised = event();
    raised.details.capacity = Capacity::try_from(60).unwrap();
    let update = EventUpdate::between(&event(), &raised).unwrap();
    let entry = AuditEntry::new(
        "aud_01h455vb4pex5vsknk084sn02s".parse().unwrap(),
        event().created_at,
        actor,
        "r1",
        &Deed::UpdateEvent(update),
    );
    let item = audit::item(&entry).unwrap();
    assert_json_snapshot!(shown(item.clone()), @r#"
    {
      "action": {
        "S": "event.updated"
      },
      "actor": {
        "id": {
          "S": "usr_01h455vb4pex5vsknk084sn02q"
        },
        "role": {
          "S": "organizer"
        }
      },
      "at": {
        "S": "2027-01-01T00:00:00Z"
      },
      "detail": {
        "capacity": {
          "from": {
            "N": "50"
          },
          "to": {
            "N": "60"
          }
        },
        "fields": [
          {
            "S": "capacity"
          }
        ]
      },
      "gsi1pk": {
        "S": "AUDIT"
      },
      "gsi1sk": {
        "S": "001798761600000#01h455vb4pex5vsknk084sn02s"
      },
      "id": {
        "S": "aud_01h455vb4pex5vsknk084sn02s"
      },
      "object": {
        "id": {
          "S": "evt_01h455vb4pex5vsknk084sn02r"
        },
        "type": {
          "S": "event"
        }
      },
      "pk": {
        "S": "AUDIT#event#01h455vb4pex5vsknk084sn02r"
      },
      "requestId": {
        "S": "r1"
      },
      "sk": {
        "S": "001798761600000#01h455vb4pex5vsknk084sn02s"
      }
    }
    "#);
    assert_eq!(
        serde_dynamo::from_item::<_, AuditEntry>(item).unwrap(),
        entry
    );
}
