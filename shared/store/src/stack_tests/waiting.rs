//! Tests of processes that crash between two calls, at an event with a waitlist.

use domain::seats::{
    join::{Join, JoinOutcome},
    registration::RegistrationStatus,
    waitlist::EntryId,
};

use super::*;

/// Adds `user` to the waitlist in the same way as the API. Returns the id of the place.
pub(super) async fn wait(store: &Store, event: &Event, user: UserId) -> EntryId {
    let guest = GuestId::from(user);
    let home = home(event.id, guest, event.bucket_count);
    let now = jiff::Timestamp::now();
    let mut join = Join::new(guest, home, event.bucket_count, now.as_millisecond(), None);
    let entry = EntryId::from(Uuid::now_v7());
    let outcome = store
        .join_waitlist(event.id, &mut join, entry, now, "stack-test")
        .await
        .unwrap();
    assert_eq!(outcome, JoinOutcome::Waitlisted);
    entry
}

#[tokio::test]
async fn who_waits_registers_for_a_free_seat_and_dies_before_the_place_is_given_up() {
    let store = store();
    let event = published(&store, 1).await;
    let [first, second] = [person(&store).await, person(&store).await];
    claim(&store, &event, first).await.unwrap();
    let entry = wait(&store, &event, second).await;
    // A seat is free although somebody waits. The guest list can be in this state between two calls of the relay.
    let raised = Event {
        version: event.version + 1,
        details: EventDetails {
            capacity: Capacity::try_from(2).unwrap(),
            ..event.details.clone()
        },
        ..event.clone()
    };
    store
        .raise_capacity(&raised, &[(0, 1)], "stack-test", None)
        .await
        .unwrap();
    store
        .release_held(event.id, 0, 1, "stack-test")
        .await
        .unwrap();
    // The process crashes immediately after the claim. If the relay has promoted the user before this claim, the claim reports
    // the seat that the user got by the promotion.
    let outcome = claim(&store, &event, second).await.unwrap();
    assert!(
        matches!(
            outcome,
            ClaimOutcome::Confirmed(_) | ClaimOutcome::AlreadyConfirmed(_)
        ),
        "{outcome:?}"
    );

    eventually("the end of the wait", async || {
        let registration = store.registration(event.id, second).await.unwrap().unwrap();
        let waiting = store.waitlist_head(event.id).await.unwrap();
        (registration.status == RegistrationStatus::Confirmed && waiting.is_none()).then_some(())
    })
    .await;
    let third = person(&store).await;
    assert!(wait(&store, &event, third).await > entry);
    assert_eq!(store.count_waitlist(event.id).await.unwrap(), 1);
}

#[tokio::test]
async fn a_place_whose_owner_does_not_wait_any_more_is_struck_and_the_next_is_promoted() {
    let store = store();
    let event = published(&store, 1).await;
    let [first, gone, next] = [
        person(&store).await,
        person(&store).await,
        person(&store).await,
    ];
    let outcome = claim(&store, &event, first).await.unwrap();
    let ClaimOutcome::Confirmed(_) = outcome else {
        panic!("a seat is free")
    };
    let entry = wait(&store, &event, gone).await;
    wait(&store, &event, next).await;
    // The registration looks as if the guest had got a seat and had given it up. The place still exists, as if every process
    // that should have deleted it had crashed.
    let far = domain::seats::claim::SeatRev::Written(1_000);
    store
        .record_removal(
            event.id,
            gone,
            far,
            gone,
            jiff::Timestamp::now(),
            "stack-test",
        )
        .await
        .unwrap();
    store
        .remove_guest(event.id, 0, GuestId::from(first), "stack-test")
        .await
        .unwrap();
    let promoted = eventually("the promotion of the next", async || {
        let registration = store.registration(event.id, next).await.unwrap().unwrap();
        (registration.status == RegistrationStatus::Confirmed).then_some(registration)
    })
    .await;
    assert_eq!((promoted.generation, promoted.entry_id), (1, None));
    assert!(store.waitlist_position(event.id, entry).await.is_ok());
    assert_eq!(store.waitlist_head(event.id).await.unwrap(), None);
    let bucket = store.bucket(event.id, 0).await.unwrap();
    assert_eq!((bucket.free, bucket.held, bucket.guests.len()), (0, 0, 1));
}

#[tokio::test]
async fn who_joins_again_after_the_home_bucket_has_changed_keeps_the_place() {
    let store = store();
    let mut event = published(&store, 1).await;
    let [first, second] = [person(&store).await, person(&store).await];
    claim(&store, &event, first).await.unwrap();
    let entry = wait(&store, &event, second).await;
    // The test needs a write that changes the bucket's revision. This write updates the bucket's terms.
    event.version += 1;
    store.align_buckets(&event, "test").await.unwrap();

    let guest = GuestId::from(second);
    let now = jiff::Timestamp::now();
    let mut join = Join::new(guest, 0, event.bucket_count, now.as_millisecond(), None);
    let other = EntryId::from(Uuid::now_v7());
    let outcome = store
        .join_waitlist(event.id, &mut join, other, now, "stack-test")
        .await
        .unwrap();

    assert_eq!(outcome, JoinOutcome::AlreadyWaitlisted(entry));
    let registration = store.registration(event.id, second).await.unwrap().unwrap();
    let bucket = store.bucket(event.id, 0).await.unwrap();
    assert_eq!(
        registration.rev, bucket.rev,
        "it is known to be true of the bucket as it is"
    );
    assert_eq!(registration.entry_id, Some(entry));
    assert_eq!(store.count_waitlist(event.id).await.unwrap(), 1);
}
