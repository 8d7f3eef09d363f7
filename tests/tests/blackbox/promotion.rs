//! Tests of promotions: returned or added seats go to the users on the waitlist, in the order in which they joined.

use futures::future::{join, join_all};
use serde_json::json;
use tests::{Event, NewEvent, PATIENCE, Stack, User, assert_problem, eventually, in_days};

/// Waits until each of these users has a seat and a ticket.
async fn assert_promoted(users: &[User], event: &Event) {
    for user in users {
        eventually(PATIENCE, async || {
            user.registration_for(event)
                .await
                .when(200)?
                .once(|own| own["status"] == "confirmed" && own["ticketCode"].is_string())
        })
        .await;
    }
}

/// Asserts that these users are on the waitlist, in this order.
async fn assert_waiting(users: &[User], event: &Event) {
    for (position, user) in (1..).zip(users) {
        let own = user.registration_for(event).await.expect(200);
        assert_eq!(own["status"], "waitlisted", "{own}");
        assert_eq!(own["waitlistPosition"], position, "{own}");
    }
}

/// Makes an event with `seats` seats, which the first of `people` get. The others join the waitlist in the order of `people`.
async fn full_event(organizer: &User, seats: usize, people: &[User]) -> Event {
    let event = organizer
        .published_event(NewEvent::with_capacity(seats))
        .await;
    for guest in &people[..seats] {
        guest.register_for(&event).await.expect(201);
    }
    for user in &people[seats..] {
        user.wait_for(&event).await.expect(201);
    }
    event
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_cancellations_promote_the_first_six_of_fifteen_and_no_stranger() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let people = stack.crowd(45).await;
    let (known, strangers) = people.split_at(25);
    let event = full_event(&organizer, 10, known).await;
    let (guests, waiting) = known.split_at(10);

    let cancelling = async {
        for guest in &guests[..6] {
            guest.cancel_registration_for(&event).await.expect(200);
        }
    };
    let trying = join_all(strangers.iter().map(async |stranger| {
        for _ in 0..10 {
            assert_problem(&stranger.register_for(&event).await, 409, "sold-out");
        }
    }));
    join(cancelling, trying).await;

    let (promoted, others) = waiting.split_at(6);
    assert_promoted(promoted, &event).await;
    assert_waiting(others, &event).await;
    let mut times = Vec::new();
    for user in promoted {
        let own = user.registration_for(&event).await.expect(200);
        times.push(own.text_of("registeredAt").to_owned());
    }
    assert!(times.is_sorted(), "promoted in order: {times:?}");
    let seats = organizer_seats(&stack, &event).await;
    assert_eq!((seats.0, seats.1), (0, 10), "free and guests");
}

async fn organizer_seats(stack: &Stack, event: &Event) -> (usize, usize) {
    let seats = stack.admin().await.seats_of(event).await;
    assert!(seats.ok, "{seats:?}");
    (seats.free, seats.guests)
}

#[tokio::test]
async fn raised_capacity_promotes_as_many_as_fit() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let people = stack.crowd(7).await;
    let event = full_event(&organizer, 2, &people).await;

    organizer
        .patch_event(&event, json!({"capacity": 5}))
        .await
        .expect(200);
    assert_promoted(&people[2..5], &event).await;
    assert_waiting(&people[5..], &event).await;

    // The event now has more new seats than waiting users, so anybody may take the remaining seats.
    organizer
        .patch_event(&event, json!({"capacity": 60}))
        .await
        .expect(200);
    assert_promoted(&people[5..], &event).await;
    let late = stack.register_user().await;
    eventually(PATIENCE, async || late.register_for(&event).await.when(201)).await;
    stack
        .admin()
        .await
        .seats_of(&event)
        .await
        .assert_balanced(60);
}

#[tokio::test]
async fn nobody_is_promoted_while_registration_is_closed() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let people = stack.crowd(4).await;
    let event = full_event(&organizer, 2, &people).await;

    // The organizer sets the end of registration to one second ago, so registration is closed.
    let past = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(1);
    organizer
        .patch_event(&event, json!({"registrationClosesAt": past}))
        .await
        .expect(200);
    let refused = people[0].register_for(&event).await;
    refused.expect(200);
    people[0].cancel_registration_for(&event).await.expect(200);
    stack
        .anyone()
        .event_once(&event, |shown| {
            let shown = ["registered", "remaining", "waitlisted", "visitorAction"]
                .map(|member| &shown[member]);
            shown
                == [
                    &json!(1),
                    &json!(1),
                    &json!(2),
                    &json!({"action": "nothing", "reason": "closed"}),
                ]
        })
        .await;
    assert_waiting(&people[2..], &event).await;
    let seats = stack.admin().await.seats_of(&event).await;
    assert_eq!(
        (seats.held, seats.free, seats.guests),
        (1, 0, 1),
        "{seats:?}"
    );
    let late = stack.register_user().await;
    let refused = late.register_for(&event).await;
    assert_problem(&refused, 409, "registration-closed");
    assert_eq!(refused["reason"], "closed", "{refused}");

    // The organizer opens registration again. The free seat goes to the head of the waitlist, even if another user requests it
    // first.
    organizer
        .patch_event(&event, json!({"registrationClosesAt": in_days(20)}))
        .await
        .expect(200);
    assert_problem(&late.register_for(&event).await, 409, "sold-out");
    assert_promoted(&people[2..3], &event).await;
    assert_waiting(&people[3..], &event).await;
}

#[tokio::test]
async fn nobody_is_promoted_at_an_event_that_is_cancelled() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let people = stack.crowd(3).await;
    let event = full_event(&organizer, 1, &people).await;

    organizer.cancel(&event).await.expect(200);
    people[0].cancel_registration_for(&event).await.expect(200);
    stack
        .anyone()
        .event_once(&event, |shown| shown["registered"] == 0)
        .await;
    assert_waiting(&people[1..], &event).await;
}

#[tokio::test]
async fn a_seat_goes_round_and_each_time_has_a_ticket_of_its_own() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let people = stack.crowd(2).await;
    let event = full_event(&organizer, 1, &people).await;
    let mut codes = Vec::new();

    for round in 0..4 {
        let (guest, waiting) = (&people[round % 2], &people[(round + 1) % 2]);
        guest.cancel_registration_for(&event).await.expect(200);
        assert_promoted(std::slice::from_ref(waiting), &event).await;
        let own = waiting.registration_for(&event).await.expect(200);
        codes.push(own.text_of("ticketCode").to_owned());
        let back = guest.wait_for(&event).await.expect(201);
        assert_eq!(back["waitlistPosition"], 1, "{back}");
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 4, "{codes:?}");
    stack
        .admin()
        .await
        .seats_of(&event)
        .await
        .assert_balanced(1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seats_given_back_while_people_join_strand_nobody() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let people = stack.crowd(24).await;
    let (guests, others) = people.split_at(12);
    let event = full_event(&organizer, 12, guests).await;

    let leaving = join_all(guests.iter().map(async |guest| {
        guest.cancel_registration_for(&event).await.expect(200);
    }));
    // Each user joins the waitlist, or registers if the answer says that a seat is free. In the end, all of them have a seat.
    let coming = join_all(others.iter().map(async |user| {
        eventually(PATIENCE, async || match user.wait_for(&event).await {
            answer if matches!(answer.status, 200 | 201) => Ok(()),
            answer if answer.is_conflict("seats-available") => {
                user.register_for(&event).await.when(201).map(drop)
            }
            answer => Err(answer.to_string()),
        })
        .await;
    }));
    join(leaving, coming).await;

    assert_promoted(others, &event).await;
    stack
        .anyone()
        .event_once(&event, |shown| {
            shown["registered"] == 12 && shown["waitlisted"] == 0
        })
        .await;
    stack
        .admin()
        .await
        .seats_of(&event)
        .await
        .assert_balanced(12);
}
