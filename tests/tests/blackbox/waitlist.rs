//! Tests of the waitlist, as the users on it see it.

use futures::future::join_all;
use serde_json::Value;
use tests::{Event, NewEvent, Stack, User, assert_problem, assert_refused};

/// Makes an event with one seat, which is taken. Returns the event, and the guest who has the seat.
async fn sold_out_event(organizer: &User) -> (Event, User) {
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    let guest = Stack::from_env().register_user().await;
    guest.register_for(&event).await.expect(201);
    (event, guest)
}

/// Returns the status of the caller's registration, and the caller's position on the waitlist.
async fn standing(user: &User, event: &Event) -> (Value, Value) {
    let own = user.registration_for(event).await.expect(200);
    (own["status"].clone(), own["waitlistPosition"].clone())
}

#[tokio::test]
async fn who_comes_too_late_waits_in_line() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, _) = sold_out_event(&organizer).await;
    let crowd = stack.crowd(3).await;

    for (position, user) in (1..).zip(&crowd) {
        let joined = user.wait_for(&event).await.expect(201);
        assert_eq!(joined["status"], "waitlisted", "{joined}");
        assert_eq!(joined["waitlistPosition"], position, "{joined}");
        assert_eq!(joined["ticketCode"], Value::Null, "{joined}");
        assert_eq!(joined["userId"], user.id(), "{joined}");
        let read = user.registration_for(&event).await.expect(200);
        assert_eq!(read.json, joined.json, "the very next read");
    }
    let again = crowd[1].wait_for(&event).await.expect(200);
    assert_eq!(again["waitlistPosition"], 2, "{again}");
    assert_problem(&crowd[1].register_for(&event).await, 409, "sold-out");

    stack
        .anyone()
        .event_once(&event, |shown| {
            shown["waitlisted"] == 3 && shown["registered"] == 1
        })
        .await;
}

#[tokio::test]
async fn whoever_leaves_lets_the_others_move_up() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, _) = sold_out_event(&organizer).await;
    let crowd = stack.crowd(4).await;
    for user in &crowd {
        user.wait_for(&event).await.expect(201);
    }

    let left = crowd[1].cancel_registration_for(&event).await.expect(200);
    assert_eq!(left["status"], "cancelled", "{left}");
    assert_eq!(left["waitlistPosition"], Value::Null, "{left}");
    assert_ne!(left["cancelledAt"], Value::Null, "{left}");
    crowd[1].cancel_registration_for(&event).await.expect(200);
    let removed = organizer.remove_registrant(&event, crowd[2].id()).await;
    assert_eq!(removed.expect(200)["status"], "cancelled");

    assert_eq!(
        standing(&crowd[0], &event).await,
        ("waitlisted".into(), 1.into())
    );
    assert_eq!(
        standing(&crowd[1], &event).await,
        ("cancelled".into(), Value::Null)
    );
    assert_eq!(
        standing(&crowd[2], &event).await,
        ("cancelled".into(), Value::Null)
    );
    assert_eq!(
        standing(&crowd[3], &event).await,
        ("waitlisted".into(), 2.into())
    );
    // A user who leaves the waitlist and joins it again is at its end.
    let back = crowd[1].wait_for(&event).await.expect(201);
    assert_eq!(back["waitlistPosition"], 3, "{back}");
}

#[tokio::test]
async fn nobody_waits_beside_a_free_seat() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    for seats in [1, 90] {
        let event = organizer
            .published_event(NewEvent::with_capacity(seats))
            .await;
        assert_problem(&user.wait_for(&event).await, 409, "seats-available");
        assert_refused(&user.registration_for(&event).await, 404);
    }
}

#[tokio::test]
async fn who_has_a_seat_does_not_wait() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, guest) = sold_out_event(&organizer).await;

    let held = guest.wait_for(&event).await.expect(200);
    assert_eq!(held["status"], "confirmed", "{held}");
    assert_eq!(held["waitlistPosition"], Value::Null, "{held}");
}

#[tokio::test]
async fn joining_many_times_at_once_gives_one_place() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, _) = sold_out_event(&organizer).await;
    let user = stack.register_user().await;

    let answers = join_all((0..12).map(|_| user.wait_for(&event))).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    for answer in answers {
        assert!(matches!(answer.status, 200 | 201 | 503), "{answer}");
        assert!(
            answer.status == 503 || answer["waitlistPosition"] == 1,
            "{answer}"
        );
    }
    assert!(made <= 1, "{made} places were made");
    assert_eq!(
        standing(&user, &event).await,
        ("waitlisted".into(), 1.into())
    );
    let list = organizer.every_item(&event.registrations_path(), 100).await;
    assert_eq!(list.len(), 2, "{list:?}");
}

#[tokio::test]
async fn the_lists_show_who_waits() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let (event, guest) = sold_out_event(&organizer).await;
    let crowd = stack.crowd(7).await;
    for user in &crowd {
        user.wait_for(&event).await.expect(201);
    }
    let waiting: Vec<&str> = crowd.iter().map(User::id).collect();
    let all: Vec<&str> = std::iter::once(guest.id()).chain(waiting.clone()).collect();

    let path = event.registrations_path();
    for (path, limit, expected) in [
        (path.clone(), 100, &all),
        (path.clone(), 1, &all),
        (path.clone(), 4, &all),
        (format!("{path}?status=waitlisted"), 3, &waiting),
    ] {
        let items = organizer.every_item(&path, limit).await;
        let ids: Vec<_> = items
            .iter()
            .filter_map(|item| item["userId"].as_str())
            .collect();
        assert_eq!(&ids, expected, "{path} by {limit}");
        let places: Vec<_> = items
            .iter()
            .filter_map(|item| item["waitlistPosition"].as_u64())
            .collect();
        assert_eq!(places, [1, 2, 3, 4, 5, 6, 7], "{path} by {limit}");
    }
    let seated = organizer
        .get(&format!("{path}?status=confirmed"))
        .await
        .expect(200);
    assert_eq!(seated.items().len(), 1, "{seated}");
    let wrong = organizer.get(&format!("{path}?status=waiting")).await;
    assert_refused(&wrong, 422);

    let mine = crowd[2]
        .every_item("/v1/me/registrations?status=waitlisted", 100)
        .await;
    let here: Vec<_> = mine
        .iter()
        .filter(|item| item["event"]["id"] == event.id)
        .collect();
    assert_eq!(here.len(), 1, "{mine:?}");
    assert_eq!(here[0]["waitlistPosition"], 3, "{mine:?}");
    assert_eq!(crowd[2].listed_statuses_for(&event).await, ["waitlisted"]);
}

#[tokio::test]
async fn there_is_no_line_where_registration_is_closed_or_the_event_unknown() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let user = stack.register_user().await;
    let (event, _) = sold_out_event(&organizer).await;
    let earlier = stack.register_user().await;
    earlier.wait_for(&event).await.expect(201);

    assert_refused(&stack.anyone().wait_for(&event).await, 401);
    let draft = organizer.draft_event(NewEvent::default()).await;
    assert_refused(&user.wait_for(&draft).await, 404);
    organizer.cancel(&event).await.expect(200);
    let refused = user.wait_for(&event).await;
    assert_problem(&refused, 409, "registration-closed");
    assert_eq!(refused["reason"], "cancelled", "{refused}");
    // After the event is cancelled, a user on its waitlist can still read the place.
    let standing = earlier.wait_for(&event).await.expect(200);
    assert_eq!(standing["event"]["status"], "cancelled", "{standing}");
}
