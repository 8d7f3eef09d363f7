//! Tests of processes that crash between two calls of the table. The relay completes the work of such a process, or the caller
//! completes it by repeating the call.

use domain::seats::{
    bucket::BucketState, claim::SeatRev, leave::LeaveReply, registration::RegistrationStatus,
};

use super::*;
use crate::{attribute::s, key};

#[tokio::test]
async fn a_registration_that_was_not_written_is_written_by_the_relay() {
    let store = store();
    let event = published(&store, 3).await;
    let user = person(&store).await;
    // The process that made the claim crashes immediately after it, before it can write the registration.
    let ClaimOutcome::Confirmed(rev) = claim(&store, &event, user).await.unwrap() else {
        panic!("seats are free")
    };
    let registration = eventually("the repair", async || {
        store.registration(event.id, user).await.unwrap()
    })
    .await;
    assert_eq!(
        (
            registration.status,
            registration.rev,
            registration.generation
        ),
        (RegistrationStatus::Confirmed, rev.get(), 1)
    );
    // The caller repeats the claim. The repeated claim reports the seat that the caller already has.
    assert!(matches!(
        claim(&store, &event, user).await.unwrap(),
        ClaimOutcome::AlreadyConfirmed(_)
    ));
    // A process writes the registration late, after the relay has written it. This changes nothing.
    let late = store
        .record_seat(event.id, user, rev, jiff::Timestamp::now(), "late")
        .await
        .unwrap();
    assert_eq!(late, crate::Upsert::Newer(registration));
}

#[tokio::test]
async fn a_cancellation_that_was_not_written_is_written_by_the_relay_and_its_seat_is_free_again() {
    let store = store();
    let event = published(&store, 1).await;
    let [first, second] = [person(&store).await, person(&store).await];
    let ClaimOutcome::Confirmed(rev) = claim(&store, &event, first).await.unwrap() else {
        panic!("a seat is free")
    };
    store
        .record_seat(event.id, first, rev, jiff::Timestamp::now(), "test")
        .await
        .unwrap();
    let removal = store
        .remove_guest(event.id, 0, GuestId::from(first), "test")
        .await
        .unwrap();
    assert!(matches!(removal, LeaveReply::Removed(SeatRev::Written(_))));
    let repaired = eventually("the repair", async || {
        store
            .registration(event.id, first)
            .await
            .unwrap()
            .filter(|r| r.status == RegistrationStatus::Cancelled)
    })
    .await;
    assert_eq!(repaired.cancelled_by, Some(first));
    eventually("the seat's return", async || {
        matches!(
            claim(&store, &event, second).await.unwrap(),
            ClaimOutcome::Confirmed(_)
        )
        .then_some(())
    })
    .await;
    // If the first user registers a second time, the new seat has another generation.
    store
        .remove_guest(event.id, 0, GuestId::from(second), "test")
        .await
        .unwrap();
    eventually("the way back", async || {
        matches!(
            claim(&store, &event, first).await.unwrap(),
            ClaimOutcome::Confirmed(_)
        )
        .then_some(())
    })
    .await;
    let back = eventually("the new registration", async || {
        store
            .registration(event.id, first)
            .await
            .unwrap()
            .filter(|r| r.status == RegistrationStatus::Confirmed)
    })
    .await;
    assert_eq!(back.generation, 2);
}

#[tokio::test]
async fn buckets_follow_an_event_whose_cancellation_died_half_way() {
    let store = store();
    let mut event = published(&store, 90).await;
    event.status = EventStatus::Cancelled;
    event.version += 1;
    store
        .update_event(&event, "stack-test", None)
        .await
        .unwrap();
    eventually("the closing of the buckets", async || {
        let buckets = store
            .buckets(event.id, 0..event.bucket_count)
            .await
            .unwrap();
        buckets
            .iter()
            .all(|bucket| bucket.terms.state == BucketState::Closed)
            .then_some(())
    })
    .await;
    assert_eq!(
        claim(&store, &event, event.organizer.id).await.unwrap(),
        ClaimOutcome::Closed
    );
}

#[tokio::test]
async fn a_publication_that_died_half_way_is_repeated_with_another_capacity() {
    let store = store();
    let mut event = published(&store, 100).await;
    event.version += 1;
    event.details.capacity = Capacity::try_from(50).unwrap();
    event.bucket_count = bucket_count(50);
    store.lay_out(&event).await.unwrap();
    store.init_availability(&event).await.unwrap();
    // The first of two processes that publish the event continues with its older version of the event. Its writes change
    // nothing.
    let mut older = event.clone();
    older.version -= 1;
    older.details.capacity = Capacity::try_from(100).unwrap();
    store.lay_out(&older).await.unwrap();
    let buckets = store
        .buckets(event.id, 0..event.bucket_count)
        .await
        .unwrap();
    assert_eq!(buckets.iter().map(|bucket| bucket.free).sum::<u32>(), 50);
    let known = store
        .availability(event.id)
        .await
        .unwrap()
        .unwrap()
        .truncated(event.bucket_count);
    assert_eq!(known.total_free(), 50);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_parked_and_the_others_go_on() {
    let store = store();
    let event = published(&store, 3).await;
    let mut broken = key::bucket(EventId::from_uuid(Uuid::now_v7()), 0);
    broken.insert("free".to_owned(), s("many"));
    store.put(broken).await.unwrap();
    let user = person(&store).await;
    claim(&store, &event, user).await.unwrap();
    eventually("the repair behind it", async || {
        store.registration(event.id, user).await.unwrap()
    })
    .await;
}
