//! Tests of `visitorAction`, the action that an event offers to a visitor, and of what happens if the visitor tries that
//! action.

use serde_json::{Value, json};
use tests::{Event, NewEvent, Stack, in_days, in_seconds};

/// Waits until the event offers this action to visitors. Then a new user tries to register, and to join the waitlist, and gets
/// matching answers.
async fn assert_action(event: &Event, action: &str, reason: Option<&str>) {
    let stack = Stack::from_env();
    let expected = json!({"action": action, "reason": reason});
    let shown = stack
        .anyone()
        .event_once(event, |shown| shown["visitorAction"] == expected)
        .await;
    let visitor = stack.register_user().await;
    let registered = visitor.register_for(event).await;
    match (action, reason) {
        ("register", None) => assert_eq!(registered.status, 201, "{registered} after {shown}"),
        ("waitlist", None) => {
            assert!(registered.is_conflict("sold-out"), "{registered}");
            visitor.wait_for(event).await.expect(201);
        }
        ("nothing", Some(reason)) => {
            for answer in [registered, visitor.wait_for(event).await] {
                assert!(answer.is_conflict("registration-closed"), "{answer}");
                assert_eq!(answer["reason"], reason, "{answer}");
            }
        }
        other => panic!("{other:?} is no action"),
    }
}

#[tokio::test]
async fn an_event_says_what_a_registration_will_be_answered() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    assert_action(&event, "register", None).await;
    assert_action(&event, "waitlist", None).await;

    // A test in `promotion.rs` covers the action `nothing` of a closed event that has a free seat while people wait for it.
    let closes_at = json!({"registrationClosesAt": in_seconds(-1).to_string()});
    organizer.patch_event(&event, closes_at).await.expect(200);
    assert_action(&event, "nothing", Some("closed")).await;
    let opens_at =
        json!({"registrationClosesAt": null, "registrationOpensAt": in_days(1).to_string()});
    organizer.patch_event(&event, opens_at).await.expect(200);
    assert_action(&event, "nothing", Some("not-open-yet")).await;
    organizer.cancel(&event).await.expect(200);
    assert_action(&event, "nothing", Some("cancelled")).await;

    let over = organizer.published_event(NewEvent::default()).await;
    organizer.complete(&over).await.expect(200);
    assert_action(&over, "nothing", Some("completed")).await;
}

#[tokio::test]
async fn registration_that_closes_by_the_clock_changes_the_answer_and_its_tag() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let new = NewEvent {
        registration_closes_at: Some(in_seconds(5)),
        ..NewEvent::default()
    };
    let event = organizer.published_event(new).await;
    assert_eq!(event.json["visitorAction"]["action"], "register");
    assert_action(&event, "nothing", Some("closed")).await;
    let read = organizer.read_event(&event).await.expect(200);
    assert_ne!(read.header("etag"), event.etag);
    assert_eq!(read["version"], event.json["version"]);
}

#[tokio::test]
async fn lists_say_it_too() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let category = tests::unique();
    let new = NewEvent {
        category: Some(category.clone()),
        ..NewEvent::default()
    };
    let event = organizer.published_event(new).await;
    organizer.draft_event(NewEvent::default()).await;
    let register = json!({"action": "register", "reason": null});
    let path = format!("/v1/events?category={category}");
    let listed = tests::eventually(tests::PATIENCE, async || {
        let page = stack.anyone().get(&path).await.when(200)?;
        page.once(|page| page.items().len() == 1)
    })
    .await;
    assert_eq!(listed.items()[0]["visitorAction"], register);
    let mine = organizer.every_item("/v1/me/events", 100).await;
    let actions: Vec<&Value> = mine.iter().map(|item| &item["visitorAction"]).collect();
    let nothing = json!({"action": "nothing", "reason": "not-open-yet"});
    assert_eq!(mine[0]["id"], event.id);
    assert_eq!(actions, [&register, &nothing]);
}
