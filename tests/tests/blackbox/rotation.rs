//! Test of a rotation of the signing secret while the stack is in use. Everything that was signed before the rotation stays
//! valid, and users notice nothing.
//!
//! Other tests use the same stack at the same time. So the test does not end the period in which both secrets are valid.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Value, json};
use tests::{
    Account, Event, Guest, LONG_PATIENCE, Method, NewEvent, OpenDoors, Stack, User, assert_refused,
    assert_result, eventually, guests_of,
};

fn kid_of(user: &User) -> Value {
    let header = user.account.access_token.split('.').next();
    let header = BASE64URL.decode(header.unwrap_or_default());
    let header: Value = serde_json::from_slice(&header.unwrap_or_default()).unwrap_or_default();
    assert!(header["kid"].is_string(), "{header}");
    header["kid"].clone()
}

/// Returns the ids of the published keys. The first one is the key that signs new tokens.
async fn published(stack: &Stack) -> Vec<Value> {
    let set = stack.anyone().get("/.well-known/jwks.json").await;
    let keys = set.expect(200)["keys"].as_array().cloned();
    let keys = keys.unwrap_or_default();
    keys.iter().map(|key| key["kid"].clone()).collect()
}

async fn door_keys(doors: &OpenDoors) -> Vec<Value> {
    let door = doors.staff.door(&doors.event).await.expect(200);
    door["keys"].as_array().cloned().unwrap_or_default()
}

/// Returns the path and the items of the second page of the organizer's list of events. The path contains a pagination cursor.
async fn second_page(organizer: &User) -> (String, Value) {
    let page = organizer.get("/v1/me/events?limit=1").await.expect(200);
    let cursor = page.text_of("nextCursor").to_owned();
    let next = format!("/v1/me/events?limit=1&cursor={cursor}");
    let items = organizer.get(&next).await.expect(200)["items"].clone();
    (next, items)
}

/// Returns the unsubscribe link of a mail as a path of the API. The mail is sent before the secret is rotated.
async fn unsubscribe_path(stack: &Stack, doors: &OpenDoors, guest: &Guest) -> String {
    let said = doors.organizer.announce_by_mail(&doors.event, "Welcome.");
    said.await.expect(201);
    let mail = stack.mail_to(&guest.user, "News about").await;
    let link = mail.header("List-Unsubscribe");
    stack.path_of(link.trim_matches(['<', '>'])).to_owned()
}

async fn new_keys(stack: &Stack, doors: &OpenDoors, before: &[Value]) -> Vec<Value> {
    let at_door = door_keys(doors).await;
    stack.rotate_secret().await;
    // The service publishes the new key before it signs anything with that key.
    eventually(LONG_PATIENCE, async || {
        let (now, door) = (published(stack).await, door_keys(doors).await);
        let is_listed = before.iter().all(|kid| now.contains(kid))
            && at_door.iter().all(|key| door.contains(key))
            && now.len() > before.len()
            && door.len() > at_door.len();
        if is_listed {
            Ok(())
        } else {
            Err(format!("{now:?} at the door {door:?}"))
        }
    })
    .await;
    eventually(LONG_PATIENCE, async || {
        let now = published(stack).await;
        if before.contains(&now[0]) {
            Err(format!("{now:?}"))
        } else {
            Ok(now)
        }
    })
    .await
}

async fn assert_made_up_keys_are_refused(user: &User, signs: &Value, previous: &Value) {
    let token = &user.account.access_token;
    let Some((_, rest)) = token.split_once('.') else {
        panic!("{token} is no token");
    };
    let with_kid = |kid: &Value| {
        let header = json!({"typ": "JWT", "alg": "EdDSA", "kid": kid});
        format!("{}.{rest}", BASE64URL.encode(header.to_string()))
    };
    for kid in [previous, &json!("bWFkZSB1cA"), &json!(""), &Value::Null] {
        assert_ne!(kid, signs);
        assert_refused(&user.with_token(with_kid(kid)).me().await, 401);
    }
}

async fn assert_admitted(doors: &OpenDoors, shown: &str) {
    let answer = doors.staff.check_in(&doors.event, shown).await;
    assert_result(&answer, "admitted");
}

async fn assert_cancelling_voids(staff: &User, event: &Event, guest: &Guest) {
    let cancelled = guest.user.cancel_registration_for(event).await;
    cancelled.expect(200);
    guest.user.wait_for_status(&guest.ticket, "void").await;
    for shown in [&guest.ticket.code, &guest.ticket.qr] {
        assert_result(&staff.check_in(event, shown).await, "void");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_made_before_a_rotation_is_accepted_after_it() {
    let stack = Stack::from_env();
    let doors = stack.open_doors(4).await;
    let event = &doors.event;
    doors
        .organizer
        .published_event(NewEvent::with_open_doors(1))
        .await;
    let [by_code, by_qr, leaves, comes_again] = &doors.guests[..] else {
        panic!("four guests");
    };
    let unsubscribe = unsubscribe_path(&stack, &doors, by_code).await;
    let (page, items) = second_page(&doors.organizer).await;
    let user = stack.register_user().await;
    let mail_code = stack.mail_code(&user, "verification code").await;
    let before = published(&stack).await;
    let old_kid = kid_of(&user);
    assert_eq!(before[0], old_kid);

    let after = new_keys(&stack, &doors, &before).await;

    // Access tokens from before the rotation are valid, and refresh tokens from before it still give new pairs of tokens.
    user.me().await.expect(200);
    let pair = stack.anyone().refresh(&user.account.refresh_token).await;
    let renewed = Account::from_answer(&pair.expect(200), &user.account.password);
    let renewed = stack.sign_in(renewed);
    assert_eq!(kid_of(&renewed), after[0]);
    renewed.me().await.expect(200);
    assert_made_up_keys_are_refused(&renewed, &after[0], &old_kid).await;
    let again = stack.anyone().refresh(&renewed.account.refresh_token).await;
    again.expect(200);

    // Pagination cursors, mailed codes and unsubscribe links from before the rotation are valid.
    let same = doors.organizer.get(&page).await.expect(200);
    assert_eq!(same["items"], items);
    user.verify_email(&mail_code).await.expect(204);
    let done = stack.anyone().call(Method::POST, &unsubscribe).send().await;
    done.expect(204);

    // Each ticket has the same code as before, but its QR code is now signed with the new key.
    for guest in &doors.guests {
        let now = guest.user.ticket_of(event).await;
        assert_eq!(now.code, guest.ticket.code);
        assert_ne!(now.qr, guest.ticket.qr, "signed with the new key");
    }
    assert_admitted(&doors, &by_code.ticket.code).await;
    assert_admitted(&doors, &by_qr.ticket.qr).await;
    assert_cancelling_voids(&doors.staff, event, leaves).await;
    let cancelled = comes_again.user.cancel_registration_for(event).await;
    cancelled.expect(200);
    let user = comes_again.user.clone();
    for guest in guests_of(event, vec![user, renewed]).await {
        assert_ne!(guest.ticket.code, comes_again.ticket.code);
        assert_admitted(&doors, &guest.ticket.qr).await;
        let twice = doors.staff.check_in(event, &guest.ticket.code).await;
        assert_result(&twice, "already-admitted");
    }
    let void = doors.staff.check_in(event, &comes_again.ticket.code).await;
    assert_result(&void, "void");
    let admin = stack.admin().await;
    eventually(LONG_PATIENCE, async || {
        let reported = admin.invariants_of(event).await.when(200)?;
        if reported["tickets"] == json!(4) {
            Ok(())
        } else {
            Err(reported.to_string())
        }
    })
    .await;
}
