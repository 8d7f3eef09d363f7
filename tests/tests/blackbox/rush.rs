//! Tests of a sale that opens: all users request a seat at the same time, each of them twice. Afterwards exactly as many users
//! have a seat as there are seats.

use tests::{Answer, PATIENCE, RaceOutcome, Stack, assert_problem, eventually, race};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_300_users_who_ask_twice_at_once_exactly_37_get_the_37_seats() {
    let outcome = race(37, 300).await;
    assert_exactly_sold(&outcome, 37);
    assert_everybody_reads_their_own_outcome(&outcome).await;
    assert_the_event_shows_it(&outcome, 37).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_seat_goes_to_one_of_60() {
    assert_race_is_fair(1, 60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_seats_are_all_sold() {
    assert_race_is_fair(40, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_one_seats_are_all_sold() {
    assert_race_is_fair(41, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_seats_are_all_sold() {
    assert_race_is_fair(200, 300).await;
}

async fn assert_race_is_fair(capacity: usize, users: usize) {
    let outcome = race(capacity, users).await;
    assert_exactly_sold(&outcome, capacity);
    assert_the_event_shows_it(&outcome, capacity).await;
}

/// Asserts that exactly `capacity` users have a seat, and that no seat was lost or added. Each answer must either grant a seat
/// or refuse it, and the two answers to a user must not contradict each other.
fn assert_exactly_sold(outcome: &RaceOutcome, capacity: usize) {
    for runner in &outcome.runners {
        runner.answers.iter().for_each(assert_is_a_clear_answer);
        assert!(
            runner.is_confirmed() || runner.is_refused(),
            "{} got two answers that contradict each other:\n{}\n{}",
            runner.user.id(),
            runner.answers[0],
            runner.answers[1],
        );
    }
    assert_eq!(outcome.confirmed().len(), capacity, "users with a seat");
    assert_eq!(
        outcome.refused().len(),
        outcome.runners.len() - capacity,
        "users without a seat"
    );

    outcome.before.assert_balanced(capacity);
    assert_eq!(outcome.before.guests, 0, "guests before the race");
    assert!(!outcome.during.is_empty(), "nobody watched the race");
    for seats in &outcome.during {
        seats.assert_balanced(capacity);
    }
    let after = &outcome.after;
    after.assert_balanced(capacity);
    assert_eq!(after.guests, capacity, "{after:?}");
    assert_eq!(after.registrations, capacity, "{after:?}");
    assert!(after.ok, "{after:?}");
}

fn assert_is_a_clear_answer(answer: &Answer) {
    match answer.status {
        200 | 201 => drop(answer.clone().expect(answer.status)),
        _ => assert_problem(answer, 409, "sold-out"),
    }
}

async fn assert_everybody_reads_their_own_outcome(outcome: &RaceOutcome) {
    let event = &outcome.event;
    for runner in outcome.confirmed() {
        let own = runner.user.registration_for(event).await.expect(200);
        assert_eq!(own["status"], "confirmed", "{own}");
        assert_eq!(own["registeredAt"], runner.answers[0]["registeredAt"]);
        let listed = runner.user.listed_statuses_for(event).await;
        assert_eq!(listed, ["confirmed"], "{}", runner.user.id());
    }
    for runner in outcome.refused() {
        runner.user.registration_for(event).await.expect(404);
    }
}

async fn assert_the_event_shows_it(outcome: &RaceOutcome, capacity: usize) {
    let stack = Stack::from_env();
    eventually(PATIENCE, async || {
        let event = stack.anyone().read_event(&outcome.event).await.when(200)?;
        if event["registered"] == capacity && event["remaining"] == 0 {
            Ok(())
        } else {
            Err(event.to_string())
        }
    })
    .await;
}
