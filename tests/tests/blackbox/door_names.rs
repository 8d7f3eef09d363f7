//! Tests of the names that a scanner keeps for its search.

use std::collections::BTreeMap;

use tests::{
    Client, Event, PATIENCE, Stack, assert_done, assert_refused, assert_result, eventually,
};

/// Returns the names of everybody who has a seat, by the codes of their tickets.
async fn names(caller: &Client, event: &Event) -> BTreeMap<String, String> {
    let page = caller.get(&format!("{}/door/names", event.path())).await;
    let page = page.expect(200);
    assert!(page["nextCursor"].is_null(), "{page}");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let items = page.items().iter();
    items
        .map(|item| (text(&item["code"]), text(&item["name"])))
        .collect()
}

/// Waits until the list has exactly these names.
async fn list_has(caller: &Client, event: &Event, expected: &[&str]) -> BTreeMap<String, String> {
    eventually(PATIENCE, async || {
        let found = names(caller, event).await;
        let mut sorted: Vec<&String> = found.values().collect();
        sorted.sort();
        if sorted == expected {
            Ok(found)
        } else {
            Err(format!("{found:?}"))
        }
    })
    .await
}

#[tokio::test]
async fn a_scanner_gets_the_names_of_those_who_have_a_seat() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let (event, staff) = (&doors.event, &doors.staff);
    let guest = &doors.guests[0];
    // The guest of open doors is an account that other tests use too, so only these two change.
    let [stays, leaves] = [
        stack.register_user_named("Maria Before").await,
        stack.register_user_named("Nora Leaves").await,
    ];
    for user in [&stays, &leaves] {
        user.register_for(event).await.expect(201);
    }
    let found = list_has(staff, event, &["Kim Doe", "Maria Before", "Nora Leaves"]).await;
    assert_eq!(found[&guest.ticket.code], "Kim Doe");
    assert_eq!(names(&doors.organizer, event).await, found);

    // A code of the list admits its holder like a typed code, and stays in the list.
    let (code, _) = found
        .iter()
        .find(|(_, name)| *name == "Maria Before")
        .unwrap();
    eventually(PATIENCE, async || {
        let scanned = staff.check_in(event, code).await.when(200)?;
        if scanned["result"] == "admitted" {
            Ok(())
        } else {
            Err(scanned.to_string())
        }
    })
    .await;
    let again = staff.check_in(event, code).await;
    assert_result(&again, "already-admitted");
    assert_eq!(again["ticket"]["holderName"], "Maria Before", "{again}");
    let renamed = serde_json::json!({"name": "Maria After"});
    stays.patch_me(renamed).await.expect(200);
    list_has(staff, event, &["Kim Doe", "Maria After", "Nora Leaves"]).await;

    // A person leaves the list by giving up the seat, and by erasing the account even after an admission.
    leaves.cancel_registration_for(event).await.expect(200);
    list_has(staff, event, &["Kim Doe", "Maria After"]).await;
    assert_done(&stays.delete("/v1/me").await);
    list_has(staff, event, &["Kim Doe"]).await;
}

#[tokio::test]
async fn names_are_only_for_the_door() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(1).await;
    let path = format!("{}/door/names", doors.event.path());
    assert_refused(&stack.anyone().get(&path).await, 401);
    assert_refused(&doors.guests[0].user.get(&path).await, 403);
    assert_refused(&doors.staff.get(&format!("{path}?cursor=x")).await, 400);
    assert_refused(&doors.staff.get(&format!("{path}?limit=1")).await, 422);
    assert_done(
        &doors
            .organizer
            .remove_staff(&doors.event, doors.staff.id())
            .await,
    );
    assert_refused(&doors.staff.get(&path).await, 403);
}
