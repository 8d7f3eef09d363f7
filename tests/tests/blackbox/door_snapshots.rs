//! Snapshots of complete answers about tickets and scans. Ids, times, codes and tokens are replaced by their shapes.

use serde_json::{Value, json};
use tests::{
    NewEvent, OfflineScan, OpenDoors, PATIENCE, Stack, assert_result, eventually, in_seconds,
    shape_of,
};

#[tokio::test]
async fn a_ticket() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user_named("Ada Lovelace").await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    let ticket = user.ticket_of(&event).await;
    insta::assert_json_snapshot!(shape_of(&ticket.json), @r#"
    {
      "admittedAt": null,
      "code": "[code]",
      "eventId": "evt_[id]",
      "holderName": "Ada Lovelace",
      "issuedAt": "[time]",
      "qr": "[qr]",
      "status": "issued",
      "userId": "usr_[id]"
    }
    "#);
}

#[tokio::test]
async fn a_ticket_that_admits_and_one_that_does_not() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, ticket) = (&doors.event, &doors.guests[0].ticket);

    let admitted = doors.staff.check_in_at(event, "North", &ticket.qr).await;
    insta::assert_json_snapshot!(shape_of(&admitted.expect(200).json), @r#"
    {
      "admittedAt": "[time]",
      "admittedBy": "usr_[id]",
      "deviceId": "scanner-North",
      "gate": "North",
      "result": "admitted",
      "ticket": {
        "admittedAt": "[time]",
        "code": "[code]",
        "eventId": "evt_[id]",
        "holderName": "Kim Doe",
        "issuedAt": "[time]",
        "qr": "[qr]",
        "status": "admitted",
        "userId": "usr_[id]"
      }
    }
    "#);

    let again = doors.staff.check_in_at(event, "South", &ticket.qr).await;
    insta::assert_json_snapshot!(shape_of(&again.expect(200).json), @r#"
    {
      "admittedAt": "[time]",
      "admittedBy": "usr_[id]",
      "deviceId": "scanner-North",
      "gate": "North",
      "result": "already-admitted",
      "ticket": {
        "admittedAt": "[time]",
        "code": "[code]",
        "eventId": "evt_[id]",
        "holderName": "Kim Doe",
        "issuedAt": "[time]",
        "qr": "[qr]",
        "status": "admitted",
        "userId": "usr_[id]"
      }
    }
    "#);

    let unknown = "0000-0000-0000";
    let refused = doors.staff.check_in_at(event, "South", unknown).await;
    insta::assert_json_snapshot!(shape_of(&refused.expect(200).json), @r#"
    {
      "reason": "unknown",
      "result": "invalid"
    }
    "#);
}

#[tokio::test]
async fn scans_that_conflict() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let ticket = &doors.guests[0].ticket;
    let scans = [
        OfflineScan::at("North", &ticket.qr, in_seconds(-900)),
        OfflineScan::at("South", &ticket.qr, in_seconds(-600)),
        OfflineScan::at("South", "0000-0000-0000", in_seconds(-500)),
    ];
    doors.staff.sync(&doors.event, &scans).await.expect(200);
    let answer = doors.staff.sync(&doors.event, &scans).await.expect(200);
    let results: Vec<Value> = scans.iter().map(|scan| scan.result_in(&answer)).collect();
    insta::assert_json_snapshot!(shape_of(&json!({ "results": results })), @r#"
    {
      "results": [
        {
          "admittedAt": "[time]",
          "admittedBy": "usr_[id]",
          "conflicts": [
            {
              "deviceId": "scanner-South",
              "gate": "South",
              "scanId": "[scanId]",
              "scannedAt": "[time]"
            }
          ],
          "deviceId": "scanner-North",
          "gate": "North",
          "result": "admitted",
          "scanId": "[scanId]",
          "ticket": {
            "admittedAt": "[time]",
            "code": "[code]",
            "eventId": "evt_[id]",
            "holderName": "Kim Doe",
            "issuedAt": "[time]",
            "qr": "[qr]",
            "status": "admitted",
            "userId": "usr_[id]"
          }
        },
        {
          "admittedAt": "[time]",
          "admittedBy": "usr_[id]",
          "conflicts": [
            {
              "deviceId": "scanner-North",
              "gate": "North",
              "scanId": "[scanId]",
              "scannedAt": "[time]"
            }
          ],
          "deviceId": "scanner-North",
          "gate": "North",
          "result": "already-admitted",
          "scanId": "[scanId]",
          "ticket": {
            "admittedAt": "[time]",
            "code": "[code]",
            "eventId": "evt_[id]",
            "holderName": "Kim Doe",
            "issuedAt": "[time]",
            "qr": "[qr]",
            "status": "admitted",
            "userId": "usr_[id]"
          }
        },
        {
          "reason": "unknown",
          "result": "invalid",
          "scanId": "[scanId]"
        }
      ]
    }
    "#);
}

/// Waits until the scan log has exactly one entry, and returns that entry.
async fn only_scan(doors: &OpenDoors) -> Value {
    eventually(PATIENCE, async || {
        let log = doors.staff.scan_log(&doors.event).await.when(200)?;
        match log.items() {
            [only] => Ok(only.clone()),
            _ => Err(log.to_string()),
        }
    })
    .await
}

#[tokio::test]
async fn what_the_log_says_of_a_scan() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, ticket) = (&doors.event, &doors.guests[0].ticket);
    let admitted = doors.staff.check_in_at(event, "North", &ticket.qr).await;
    assert_result(&admitted, "admitted");
    let log = only_scan(&doors).await;
    insta::assert_json_snapshot!(shape_of(&log), @r#"
    {
      "at": "[time]",
      "by": "usr_[id]",
      "code": "[code]",
      "deviceId": "scanner-North",
      "gate": "North",
      "result": "admitted",
      "scanId": "[scanId]"
    }
    "#);

    let doors = stack.open_doors(0).await;
    let scan = OfflineScan::at("North", "0000-0000-0000", in_seconds(-60));
    doors.staff.sync(&doors.event, &[scan]).await.expect(200);
    let log = only_scan(&doors).await;
    insta::assert_json_snapshot!(shape_of(&log), @r#"
    {
      "at": "[time]",
      "by": "usr_[id]",
      "code": "[code]",
      "deviceId": "scanner-North",
      "gate": "North",
      "reason": "unknown",
      "result": "invalid",
      "scanId": "[scanId]"
    }
    "#);
}

#[tokio::test]
async fn the_door() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, guest) = (&doors.event, &doors.guests[0]);
    let cancelled = guest.user.cancel_registration_for(event).await;
    cancelled.expect(200);
    let mut door = eventually(PATIENCE, async || {
        let door = doors.staff.door(event).await.when(200)?;
        match door["revoked"].as_array() {
            Some(revoked) if !revoked.is_empty() => Ok(door.json),
            _ => Err(door.to_string()),
        }
    })
    .await;
    // Other tests may rotate the signing secret, and every rotation adds a public key. So the snapshot contains only the first
    // key.
    door["keys"].as_array_mut().unwrap().truncate(1);
    insta::assert_json_snapshot!(shape_of(&door), @r#"
    {
      "asOf": "[time]",
      "doorsOpenAt": "[time]",
      "endsAt": "[time]",
      "keys": [
        {
          "kid": "[kid]",
          "publicKey": "[publicKey]"
        }
      ],
      "nextCursor": "[nextCursor]",
      "revoked": [
        "[code]"
      ],
      "status": "published"
    }
    "#);
}
