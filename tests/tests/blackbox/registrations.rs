//! Tests that a user never has more than one seat at an event, after repeated requests, cancellations and new registrations.

use tests::{NewEvent, PATIENCE, Stack, assert_problem, assert_refused, eventually};

#[tokio::test]
async fn asking_again_gives_the_same_registration() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;

    let first = user.register_for(&event).await.expect(201);
    let second = user.register_for(&event).await.expect(200);

    assert_eq!(first["status"], "confirmed");
    assert_eq!(first["userId"], user.id());
    for member in ["event", "userId", "status", "registeredAt"] {
        assert_eq!(first[member], second[member], "{member}");
    }
}

#[tokio::test]
async fn a_registration_is_in_the_very_next_read() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;

    let made = user.register_for(&event).await.expect(201);
    let own = user.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "confirmed");
    assert_eq!(own["registeredAt"], made["registeredAt"]);
    assert_eq!(user.listed_statuses_for(&event).await, ["confirmed"]);

    user.cancel_registration_for(&event).await.expect(200);
    let own = user.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "cancelled");
    assert_eq!(user.listed_statuses_for(&event).await, ["cancelled"]);
}

#[tokio::test]
async fn cancelling_twice_is_cancelling_once() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let made = user.register_for(&event).await.expect(201);

    let first = user.cancel_registration_for(&event).await.expect(200);
    let second = user.cancel_registration_for(&event).await.expect(200);

    assert_eq!(first["status"], "cancelled");
    assert_eq!(first["registeredAt"], made["registeredAt"]);
    assert!(first["cancelledAt"].is_string(), "{first}");
    for member in ["event", "userId", "status", "registeredAt", "cancelledAt"] {
        assert_eq!(first[member], second[member], "{member}");
    }
    let seats = stack.admin().await.seats_of(&event).await;
    seats.assert_balanced(10);
    assert_eq!(seats.guests, 0, "{seats:?}");
}

#[tokio::test]
async fn a_seat_that_is_given_back_goes_to_the_next_who_asks() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let [early, late] = [stack.register_user().await, stack.register_user().await];
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    early.register_for(&event).await.expect(201);
    assert_problem(&late.register_for(&event).await, 409, "sold-out");

    early.cancel_registration_for(&event).await.expect(200);

    let admin = stack.admin().await;
    admin.seats_of(&event).await.assert_balanced(1);
    eventually(PATIENCE, async || late.register_for(&event).await.when(201)).await;
    assert_problem(&early.register_for(&event).await, 409, "sold-out");
    let own = early.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "cancelled");
    admin.seats_of(&event).await.assert_balanced(1);
}

#[tokio::test]
async fn who_cancelled_may_register_again() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);
    user.cancel_registration_for(&event).await.expect(200);

    let again = user.register_for(&event).await.expect(201);

    assert_eq!(again["status"], "confirmed");
    assert!(again["cancelledAt"].is_null(), "{again}");
    let own = user.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "confirmed");
    assert_eq!(own["registeredAt"], again["registeredAt"]);
    assert_eq!(user.listed_statuses_for(&event).await, ["confirmed"]);
}

#[tokio::test]
async fn the_events_figures_follow() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let users = stack.crowd(3).await;
    for user in &users {
        user.register_for(&event).await.expect(201);
    }
    users[0].cancel_registration_for(&event).await.expect(200);

    eventually(PATIENCE, async || {
        let event = stack.anyone().read_event(&event).await.when(200)?;
        if event["registered"] == 2 && event["remaining"] == 8 {
            Ok(())
        } else {
            Err(event.to_string())
        }
    })
    .await;
}

#[tokio::test]
async fn who_never_registered_has_no_registration() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;

    assert_refused(&user.registration_for(&event).await, 404);
    assert_refused(&user.cancel_registration_for(&event).await, 404);
    assert!(user.listed_statuses_for(&event).await.is_empty());
}

#[tokio::test]
async fn nobody_registers_without_an_account() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let anyone = stack.anyone();

    assert_refused(&anyone.register_for(&event).await, 401);
    assert_refused(&anyone.registration_for(&event).await, 401);
    assert_refused(&anyone.cancel_registration_for(&event).await, 401);
    assert_refused(&anyone.get("/v1/me/registrations").await, 401);
}

#[tokio::test]
async fn own_registrations_are_listed_by_status_and_page_by_page() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let mut registered = Vec::new();
    for _ in 0..5 {
        let event = organizer.published_event(NewEvent::default()).await;
        user.register_for(&event).await.expect(201);
        registered.push(event);
    }
    user.cancel_registration_for(&registered[0])
        .await
        .expect(200);

    let all = user.every_item("/v1/me/registrations", 2).await;
    let confirmed = user
        .every_item("/v1/me/registrations?status=confirmed", 2)
        .await;
    let cancelled = user
        .every_item("/v1/me/registrations?status=cancelled", 2)
        .await;

    assert_eq!(all.len(), 5);
    assert_eq!(confirmed.len(), 4);
    assert_eq!(cancelled.len(), 1);
    assert_eq!(cancelled[0]["event"]["id"], registered[0].id);
    for event in &registered {
        let listed = all.iter().filter(|item| item["event"]["id"] == event.id);
        assert_eq!(listed.count(), 1, "{} is listed once", event.id);
    }
}
