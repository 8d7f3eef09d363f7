//! Tests that an event keeps all its seats while users repeatedly take and return them.

use futures::StreamExt as _;
use tests::{Event, NewEvent, PATIENCE, Stack, User, assert_problem, eventually};

const USERS: usize = 300;
const SEATS: usize = 90;
/// Number of requests that are sent at the same time.
const AT_ONCE: usize = 24;
/// Number of rounds. In each round, a quarter of the users act. A deployed stack gets fewer rounds, because its functions are
/// debug builds and slower.
const ROUNDS_ON_A_SERVER: usize = 60;
const ROUNDS_ON_A_DEPLOYMENT: usize = 12;

/// The state of a user's seat according to the latest answer to that user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LastAnswer {
    #[default]
    Nothing,
    Registered,
    NotRegistered,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seats_that_change_hands_all_the_time_stay_balanced() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    let event = admin.published_event(NewEvent::with_capacity(SEATS)).await;
    let mut crowd: Vec<(User, LastAnswer)> = stack
        .crowd(USERS)
        .await
        .into_iter()
        .map(|user| (user, LastAnswer::default()))
        .collect();

    let rounds = match stack.server() {
        Some(_) => ROUNDS_ON_A_SERVER,
        None => ROUNDS_ON_A_DEPLOYMENT,
    };
    for _ in 0..rounds {
        fastrand::shuffle(&mut crowd);
        let some = &mut crowd[..USERS / 4];
        let last: Vec<LastAnswer> = futures::stream::iter(some.iter())
            .map(|(user, last)| act(user, &event, *last))
            .buffered(AT_ONCE)
            .collect()
            .await;
        for ((_, known), last) in some.iter_mut().zip(last) {
            *known = last;
        }
        let seats = admin.seats_of(&event).await;
        seats.assert_balanced(SEATS);
    }

    let registered: Vec<&User> = crowd
        .iter()
        .filter_map(|(user, last)| (*last == LastAnswer::Registered).then_some(user))
        .collect();
    assert!(!registered.is_empty(), "nobody has a seat");
    let seats = admin.seats_of(&event).await;
    seats.assert_balanced(SEATS);
    assert_eq!(seats.guests, registered.len(), "{seats:?}");
    assert!(seats.ok, "{seats:?}");
    for (user, last) in &crowd {
        match last {
            LastAnswer::Registered => {
                let own = user.registration_for(&event).await.expect(200);
                assert_eq!(own["status"], "confirmed", "{own}");
            }
            LastAnswer::NotRegistered => {
                let own = user.registration_for(&event).await;
                assert!(own.status == 404 || own["status"] == "cancelled", "{own}");
            }
            LastAnswer::Nothing => {}
        }
    }
    // Every returned seat must become available to other users. So other users can fill all remaining seats.
    let missing = SEATS - registered.len();
    let rest: Vec<&User> = crowd
        .iter()
        .filter_map(|(user, last)| (*last != LastAnswer::Registered).then_some(user))
        .take(missing)
        .collect();
    for user in rest {
        eventually(PATIENCE, async || user.register_for(&event).await.when(201)).await;
    }
    let seats = admin.seats_of(&event).await;
    seats.assert_balanced(SEATS);
    assert_eq!(seats.guests, SEATS, "{seats:?}");
}

/// Registers a user who has no seat, or else cancels the user's registration. Returns what the answer says about the seat.
async fn act(user: &User, event: &Event, last: LastAnswer) -> LastAnswer {
    if last == LastAnswer::Registered {
        let cancelled = user.cancel_registration_for(event).await.expect(200);
        assert_eq!(cancelled["status"], "cancelled", "{cancelled}");
        return LastAnswer::NotRegistered;
    }
    // If the answer is 503, the service is busy, and the test repeats the request. The request that got 503 may nevertheless
    // have taken the seat.
    let answer = eventually(PATIENCE, async || match user.register_for(event).await {
        busy if busy.status == 503 => Err(busy.to_string()),
        answer => Ok(answer),
    })
    .await;
    if matches!(answer.status, 200 | 201) {
        assert_eq!(answer["status"], "confirmed", "{answer}");
        LastAnswer::Registered
    } else {
        assert_problem(&answer, 409, "sold-out");
        LastAnswer::NotRegistered
    }
}
