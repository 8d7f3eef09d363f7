//! Tests of invitations to the door staff by a link.

use futures::join;
use serde_json::{Value, json};
use tests::{
    Answer, Event, NewEvent, Stack, User, assert_done, assert_invalid, assert_problem,
    assert_refused, assert_result, time_in,
};

/// A code that no invitation has.
const WRONG: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Returns an organizer and an event whose doors are open.
async fn open_event(stack: &Stack) -> (User, Event) {
    let organizer = stack.register_organizer().await;
    let event = organizer
        .published_event(NewEvent::with_open_doors(5))
        .await;
    (organizer, event)
}

/// Asserts that the code lets nobody join, and that the answer does not show why.
#[track_caller]
fn assert_no_invitation(answer: &Answer) {
    assert_problem(answer, 400, "invalid-code");
    let detail = answer["detail"].as_str().unwrap_or_default();
    assert!(detail.starts_with("The code is wrong, was "), "{answer}");
}

#[tokio::test]
async fn a_stranger_joins_by_the_link_and_checks_a_ticket_in() {
    let stack = Stack::from_env();
    let (organizer, event) = open_event(&stack).await;
    let [stranger, guest] = [stack.register_user().await, stack.register_user().await];
    guest.register_for(&event).await.expect(201);
    let ticket = guest.ticket_code_for(&event).await;
    assert_refused(&stranger.check_in(&event, &ticket).await, 403);

    let invited = organizer.invite_staff(&event).await.expect(201);
    let code = invited["code"].as_str().unwrap_or_default();
    assert_eq!(code.len(), 43, "32 bytes in base64url: {invited}");
    assert_eq!(
        invited["path"],
        format!("/app/join/{}#code={code}", event.id)
    );
    assert_eq!(invited.header("cache-control"), "no-store");

    for _ in 0..2 {
        assert_done(&stranger.join_staff(&event, code).await);
    }
    assert_result(&stranger.check_in(&event, &ticket).await, "admitted");
    let staff = organizer.staff_of(&event).await.expect(200);
    assert_eq!(staff.items().len(), 1, "{staff}");
    assert_eq!(staff.items()[0]["userId"], stranger.id());
    let doors = stranger.every_item("/v1/me/door-events", 100).await;
    assert_eq!(doors[0]["id"], event.id, "{doors:?}");
}

#[tokio::test]
async fn two_people_who_join_at_once_both_join() {
    let stack = Stack::from_env();
    let (organizer, event) = open_event(&stack).await;
    let code = organizer.invitation_code(&event).await;
    let [one, other] = [stack.register_user().await, stack.register_user().await];
    let (first, second) = join!(
        one.join_staff(&event, &code),
        other.join_staff(&event, &code)
    );
    assert_done(&first);
    assert_done(&second);
    for person in [&one, &other] {
        person.door(&event).await.expect(200);
    }
}

#[tokio::test]
async fn a_new_link_replaces_the_former_and_a_revoked_one_ends() {
    let stack = Stack::from_env();
    let (organizer, event) = open_event(&stack).await;
    let [early, late] = [stack.register_user().await, stack.register_user().await];
    let former = organizer.invitation_code(&event).await;
    assert_done(&early.join_staff(&event, &former).await);

    let present = organizer.invitation_code(&event).await;
    assert_no_invitation(&late.join_staff(&event, &former).await);
    for _ in 0..2 {
        assert_done(&organizer.revoke_invitation(&event).await);
    }
    assert_no_invitation(&late.join_staff(&event, &present).await);
    // Door staff who joined by an invitation stay when it ends.
    early.door(&event).await.expect(200);
    assert_refused(&late.door(&event).await, 403);
}

#[tokio::test]
async fn a_wrong_an_expired_and_another_events_code_let_nobody_join() {
    let stack = Stack::from_env();
    let (organizer, event) = open_event(&stack).await;
    let other = organizer.published_event(NewEvent::default()).await;
    let person = stack.register_user().await;
    assert_no_invitation(&person.join_staff(&event, WRONG).await);
    let code = organizer.invitation_code(&event).await;
    for wrong in [WRONG, "", "🎉", &code[1..]] {
        assert_no_invitation(&person.join_staff(&event, wrong).await);
    }
    assert_no_invitation(&person.join_staff(&other, &code).await);

    stack.expire_invitation(&event).await;
    assert_no_invitation(&person.join_staff(&event, &code).await);
    let none = organizer.get(&event.invitation_path()).await.expect(200);
    assert_eq!(none["active"], false, "{none}");
    assert_refused(&person.door(&event).await, 403);
}

#[tokio::test]
async fn the_organizer_reads_until_when_the_link_is_valid_but_never_its_code() {
    let stack = Stack::from_env();
    let (organizer, event) = open_event(&stack).await;
    let none = json!({"active": false, "createdAt": null, "expiresAt": null});
    let before = organizer.get(&event.invitation_path()).await.expect(200);
    assert_eq!(before.json, none);

    let invited = organizer.invite_staff(&event).await.expect(201);
    let active = organizer.get(&event.invitation_path()).await.expect(200);
    let expected = json!({
        "active": true, "createdAt": invited["createdAt"], "expiresAt": invited["expiresAt"],
    });
    assert_eq!(active.json, expected);

    let hours = json!({"validHours": 48});
    let chosen = organizer.post(&event.invitation_path(), hours).await;
    let chosen = chosen.expect(201);
    let seconds = |name: &str| time_in(&chosen[name]).as_second();
    assert_eq!(seconds("expiresAt") - seconds("createdAt"), 48 * 3_600);

    for wrong in [json!(0), json!(721), json!(-1), json!(1.5), json!("48")] {
        let body = json!({ "validHours": wrong });
        let refused = organizer.post(&event.invitation_path(), body).await;
        assert_invalid(&refused, "/validHours");
    }
    assert_done(&organizer.revoke_invitation(&event).await);
    let after = organizer.get(&event.invitation_path()).await.expect(200);
    assert_eq!(after.json, none);
}

#[tokio::test]
async fn nobody_joins_the_door_staff_of_an_event_that_is_not_published() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let person = stack.register_user().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    assert_problem(&organizer.invite_staff(&draft).await, 409, "not-published");
    assert_refused(&person.join_staff(&draft, WRONG).await, 404);

    let cancelled = organizer.published_event(NewEvent::default()).await;
    let completed = organizer.published_event(NewEvent::default()).await;
    let mut codes = Vec::new();
    for event in [&cancelled, &completed] {
        codes.push(organizer.invitation_code(event).await);
    }
    organizer.cancel(&cancelled).await.expect(200);
    organizer.complete(&completed).await.expect(200);
    for (event, code) in [&cancelled, &completed].into_iter().zip(&codes) {
        assert_problem(&person.join_staff(event, code).await, 409, "not-editable");
        assert_problem(&organizer.invite_staff(event).await, 409, "not-editable");
        // The organizer can still read and revoke the invitation.
        let active = organizer.get(&event.invitation_path()).await.expect(200);
        assert_eq!(active["active"], true, "{active}");
        assert_done(&organizer.revoke_invitation(event).await);
    }
}

#[tokio::test]
async fn an_erased_account_joins_nothing() {
    let stack = Stack::from_env();
    let (organizer, event) = open_event(&stack).await;
    let code = organizer.invitation_code(&event).await;
    let person = stack.register_user().await;
    person.delete("/v1/me").await.expect(204);
    assert_refused(&person.join_staff(&event, &code).await, 401);
    let staff = organizer.staff_of(&event).await.expect(200);
    assert!(staff.items().is_empty(), "{staff}");
}

#[tokio::test]
async fn the_link_survives_a_hand_over_until_the_new_organizer_revokes_it() {
    let stack = Stack::from_env();
    let (organizer, event) = open_event(&stack).await;
    let heir = stack.register_organizer().await;
    let [person, late] = [stack.register_user().await, stack.register_user().await];
    let code = organizer.invitation_code(&event).await;
    let admin = stack.admin().await;
    admin.hand_over(&event, heir.id()).await.expect(200);

    assert_done(&person.join_staff(&event, &code).await);
    assert_refused(&organizer.revoke_invitation(&event).await, 403);
    assert_refused(&organizer.invite_staff(&event).await, 403);
    assert_done(&heir.revoke_invitation(&event).await);
    assert_no_invitation(&late.join_staff(&event, &code).await);
}

#[tokio::test]
async fn invitations_are_in_the_audit_log_without_their_code() {
    let stack = Stack::from_env();
    let (organizer, event) = open_event(&stack).await;
    let person = stack.register_user().await;
    let invited = organizer.invite_staff(&event).await.expect(201);
    let code = invited["code"].as_str().unwrap_or_default();
    assert_done(&person.join_staff(&event, code).await);
    assert_done(&person.join_staff(&event, code).await);
    assert_done(&organizer.revoke_invitation(&event).await);

    let admin = stack.admin().await;
    let entries = admin.every_audit(&[("object", &*event.id)], 100).await;
    let deeds: Vec<(&Value, &Value, &Value)> = entries
        .iter()
        .map(|entry| (&entry["action"], &entry["actor"]["id"], &entry["detail"]))
        .filter(|(action, ..)| {
            action
                .as_str()
                .is_some_and(|name| name.starts_with("staff."))
        })
        .collect();
    let until = json!({"expiresAt": invited["expiresAt"]});
    let null = Value::Null;
    let [revoked, joined, made] = [
        json!("staff.invitation-revoked"),
        json!("staff.joined"),
        json!("staff.invitation-made"),
    ];
    let [organizer, person] = [json!(organizer.id()), json!(person.id())];
    assert_eq!(
        deeds,
        [
            (&revoked, &organizer, &null),
            (&joined, &person, &null),
            (&made, &organizer, &until),
        ]
    );
    assert!(!format!("{entries:?}").contains(code));
}
