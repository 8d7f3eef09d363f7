//! Tests of the list of an event's registrants, which its organizer can read.

use std::collections::BTreeSet;

use tests::{NewEvent, PATIENCE, Stack, assert_refused, eventually};

#[tokio::test]
async fn the_organizer_sees_names_and_addresses() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user_named("Grace Hopper").await;
    let event = organizer.published_event(NewEvent::default()).await;
    let made = user.register_for(&event).await.expect(201);

    let path = event.registrations_path();
    let item = eventually(PATIENCE, async || {
        let list = organizer.get(&path).await.when(200)?;
        list.items()
            .first()
            .cloned()
            .ok_or_else(|| list.to_string())
    })
    .await;

    assert_eq!(item["name"], "Grace Hopper", "{item}");
    assert_eq!(item["email"], user.account.email, "{item}");
    assert_eq!(item["userId"], user.id(), "{item}");
    assert_eq!(item["status"], "confirmed", "{item}");
    assert_eq!(item["registeredAt"], made["registeredAt"], "{item}");
}

#[tokio::test]
async fn paging_visits_each_registrant_exactly_once() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    // The event has more than one bucket of 50 seats. The number of registrants is not a multiple of the number of items on a
    // page of the list.
    let event = organizer
        .published_event(NewEvent::with_capacity(100))
        .await;
    let crowd = stack.crowd(23).await;
    for user in &crowd {
        user.register_for(&event).await.expect(201);
    }
    let expected: BTreeSet<String> = crowd.iter().map(|user| user.id().to_owned()).collect();

    let path = event.registrations_path();
    eventually(PATIENCE, async || {
        let items = organizer.every_item(&path, 5).await;
        let ids = items.iter().filter_map(|item| item["userId"].as_str());
        let visited: Vec<String> = ids.map(str::to_owned).collect();
        let distinct: BTreeSet<String> = visited.iter().cloned().collect();
        assert_eq!(visited.len(), distinct.len(), "visited twice: {visited:?}");
        if distinct == expected {
            Ok(())
        } else {
            Err(format!(
                "{} of {} registrants",
                distinct.len(),
                expected.len()
            ))
        }
    })
    .await;
}

#[tokio::test]
async fn the_organizer_takes_one_off_the_list() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let [leaver, stayer] = [stack.register_user().await, stack.register_user().await];
    let event = organizer.published_event(NewEvent::default()).await;
    leaver.register_for(&event).await.expect(201);
    stayer.register_for(&event).await.expect(201);

    let removed = organizer.remove_registrant(&event, leaver.id()).await;

    assert_eq!(removed.expect(200)["status"], "cancelled");
    let own = leaver.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "cancelled");
    let own = stayer.registration_for(&event).await.expect(200);
    assert_eq!(own["status"], "confirmed");
    let seats = stack.admin().await.seats_of(&event).await;
    seats.assert_balanced(10);
    assert_eq!(seats.guests, 1, "{seats:?}");
}

#[tokio::test]
async fn who_is_not_on_the_list_cannot_be_taken_off() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let stranger = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;

    let refused = organizer.remove_registrant(&event, stranger.id()).await;
    assert_refused(&refused, 404);
}

#[tokio::test]
async fn the_list_is_the_organizers_and_the_administrators_only() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let other = stack.register_organizer().await;
    let user = stack.register_user().await;
    let event = organizer.published_event(NewEvent::default()).await;
    user.register_for(&event).await.expect(201);

    let path = event.registrations_path();
    assert_refused(&stack.anyone().get(&path).await, 401);
    assert_refused(&user.get(&path).await, 403);
    assert_refused(&other.get(&path).await, 403);
    assert_refused(&other.remove_registrant(&event, user.id()).await, 403);
    stack.admin().await.get(&path).await.expect(200);

    let draft = organizer.draft_event(NewEvent::default()).await;
    assert_refused(&other.get(&draft.registrations_path()).await, 404);
    assert_refused(&user.get(&draft.registrations_path()).await, 404);
}
