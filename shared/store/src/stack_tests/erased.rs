//! Tests that the relay takes back the seats and places that an account gets after its erasure or during it.

use domain::{
    accounts::role::Role,
    id::GuestId,
    seats::{
        claim::SeatRev,
        registration::{Registration, RegistrationStatus},
    },
    security::{audit::Deed, policy::Actor},
};
use jiff::Timestamp;

use super::{audit::entry, waiting::wait, *};
use crate::{Erasure, key};

/// Returns an id for which no account exists. To the table, a user with this id looks the same as a user whose account was
/// erased.
fn erased() -> UserId {
    UserId::from_uuid(Uuid::now_v7())
}

async fn registration(store: &Store, event: &Event, user: UserId) -> Option<Registration> {
    store.registration(event.id, user).await.unwrap()
}

async fn given_back(store: &Store, event: &Event, user: UserId) {
    eventually("the return of what the erased account took", async || {
        let registration = registration(store, event, user).await?;
        let bucket = store.bucket(event.id, 0).await.unwrap();
        let is_off = registration.status == RegistrationStatus::Cancelled
            && !bucket.guests.contains(&GuestId::from(user));
        is_off.then_some(())
    })
    .await;
}

/// Deletes only the account. This is the last step of an erasure, after the account has given up all its seats and places.
async fn erase(store: &Store, user: UserId) {
    let account = store.account(user).await.unwrap().unwrap();
    let entry = entry(&Deed::EraseAccount(user));
    let erasure = store.erase_account(&account, &entry).await.unwrap();
    assert_eq!(erasure, Erasure::Erased);
}

#[tokio::test]
async fn a_seat_that_an_erased_account_takes_is_given_back_and_taken_by_the_next() {
    let store = store();
    let event = published(&store, 1).await;
    let gone = erased();
    // The process that made the claim crashes before it has written the registration.
    let outcome = claim(&store, &event, gone).await.unwrap();
    assert!(matches!(outcome, ClaimOutcome::Confirmed(_)), "{outcome:?}");

    given_back(&store, &event, gone).await;

    let next = person(&store).await;
    eventually("a seat for the next", async || {
        let outcome = claim(&store, &event, next).await.unwrap();
        matches!(
            outcome,
            ClaimOutcome::Confirmed(_) | ClaimOutcome::AlreadyConfirmed(_)
        )
        .then_some(())
    })
    .await;
    let cancelled = registration(&store, &event, gone).await.unwrap();
    assert_eq!(cancelled.cancelled_by, Some(gone));
}

#[tokio::test]
async fn a_place_that_an_erased_account_takes_is_given_back_and_the_next_is_promoted() {
    let store = store();
    let event = published(&store, 1).await;
    let (first, gone, next) = (person(&store).await, erased(), person(&store).await);
    claim(&store, &event, first).await.unwrap();
    let place = wait(&store, &event, gone).await;
    let behind = wait(&store, &event, next).await;
    assert!(place < behind);
    store
        .remove_guest(event.id, 0, GuestId::from(first), "stack-test")
        .await
        .unwrap();

    eventually("the promotion of the next", async || {
        let registration = registration(&store, &event, next).await?;
        (registration.status == RegistrationStatus::Confirmed).then_some(())
    })
    .await;

    given_back(&store, &event, gone).await;
    eventually("an empty waitlist", async || {
        let waiting = store.waitlist_head(event.id).await.unwrap();
        waiting.is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_written_while_the_account_was_erased_is_given_back() {
    let store = store();
    let (seat, full, door) = (
        published(&store, 1).await,
        published(&store, 1).await,
        published(&store, 1).await,
    );
    let (user, guest) = (person(&store).await, person(&store).await);
    let ClaimOutcome::Confirmed(rev) = claim(&store, &seat, user).await.unwrap() else {
        panic!("a seat is free")
    };
    let now = Timestamp::now();
    store
        .record_seat(seat.id, user, rev, now, "stack-test")
        .await
        .unwrap();
    claim(&store, &full, guest).await.unwrap();
    wait(&store, &full, user).await;
    let staff = entry(&Deed::AddStaff(door.id, user));
    store.add_staff(door.id, user, &staff).await.unwrap();
    let mut draft = Event {
        status: EventStatus::Draft,
        bucket_count: 0,
        ..event(1)
    };
    draft.organizer.id = user;
    assert!(store.create_event(&draft).await.unwrap());
    let mut over = Event {
        id: EventId::from_uuid(Uuid::now_v7()),
        ..draft.clone()
    };
    assert!(store.create_event(&over).await.unwrap());
    over.status = EventStatus::Completed;
    over.version += 1;
    store.update_event(&over, "stack-test", None).await.unwrap();
    store
        .begin_session(user, session_id(), None, None, now)
        .await
        .unwrap();

    erase(&store, user).await;

    given_back(&store, &seat, user).await;
    given_back(&store, &full, user).await;
    eventually("the end of everything else", async || {
        let sessions = key::SESSION.to_owned();
        let sessions = store.query_all(key::user_pk(user), sessions, None).await;
        let nameless = store.event(over.id).await.unwrap()?;
        let is_clear = sessions.unwrap().is_empty()
            && !store.is_staff(door.id, user).await.unwrap()
            && store.event(draft.id).await.unwrap().is_none()
            && nameless.organizer.name == PersonName::erased();
        is_clear.then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_session_of_an_erased_account_is_deleted_and_a_draft_is_never_made() {
    let store = store();
    let gone = erased();
    let session = session_id();
    store
        .begin_session(gone, session, None, None, Timestamp::now())
        .await
        .unwrap();
    eventually("the end of the session", async || {
        let sessions = key::SESSION.to_owned();
        let sessions = store.query_all(key::user_pk(gone), sessions, None).await;
        sessions.unwrap().is_empty().then_some(())
    })
    .await;

    let draft = Event {
        status: EventStatus::Draft,
        bucket_count: 0,
        ..event(1)
    };
    assert!(!store.create_event(&draft).await.unwrap());
    assert_eq!(store.event(draft.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_seat_of_a_person_who_had_come_in_and_one_at_an_event_that_is_over_stay() {
    let store = store();
    let (door, over) = (published(&store, 2).await, published(&store, 2).await);
    let user = person(&store).await;
    for event in [&door, &over] {
        let ClaimOutcome::Confirmed(rev) = claim(&store, event, user).await.unwrap() else {
            panic!("seats are free")
        };
        store
            .record_seat(event.id, user, rev, Timestamp::now(), "stack-test")
            .await
            .unwrap();
    }
    store.keep_seat(door.id, user).await.unwrap();
    let over = Event {
        status: EventStatus::Completed,
        version: over.version + 1,
        ..over
    };
    store.update_event(&over, "stack-test", None).await.unwrap();
    // The test waits until the relay has removed the user from the event `to_come`. Then the relay has processed the erasure of
    // the account.
    let to_come = published(&store, 2).await;
    claim(&store, &to_come, user).await.unwrap();
    eventually("the registration", async || {
        registration(&store, &to_come, user).await
    })
    .await;

    erase(&store, user).await;

    given_back(&store, &to_come, user).await;
    for event in [&door, &over] {
        let kept = registration(&store, event, user).await.unwrap();
        assert_eq!(kept.status, RegistrationStatus::Confirmed);
        let bucket = store.bucket(event.id, 0).await.unwrap();
        assert!(bucket.guests.contains(&GuestId::from(user)));
    }
    // A new registration does not have the mark with which the seat of an erased account is kept.
    let rev = SeatRev::Written(1_000);
    let anew = store
        .record_seat(door.id, user, rev, Timestamp::now(), "stack-test")
        .await
        .unwrap();
    assert!(!anew.into_registration().kept);
}

#[tokio::test]
async fn accounts_that_exist_are_told_from_those_that_do_not() {
    let store = store();
    let (user, gone) = (person(&store).await, erased());
    let existing = store.existing_accounts([user, gone]).await.unwrap();
    assert_eq!(existing.into_iter().collect::<Vec<_>>(), [user]);
    assert!(store.has_account(user).await.unwrap());
    assert!(!store.has_account(gone).await.unwrap());
    let users = store.users(&[user, gone]).await.unwrap();
    assert_eq!(users, [store.account(user).await.unwrap().unwrap().user]);
    let actor = store.account(user).await.unwrap().unwrap().actor();
    assert_eq!(
        actor,
        Actor {
            id: user,
            role: Role::User
        }
    );
}
