//! Tests of the shards of an availability.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use domain::seats::{
    availability::{BucketCounts, shard::ShardNo},
    bucket::BucketNo,
};

use table::dynamodb::to_sdk;

use super::*;
use crate::{
    attribute::{REV, number},
    key,
};

/// The number of seats of the largest event that these tests use.
const SEATS: u32 = 100_000;

/// Returns the counts of a bucket whose revision is `rev`.
fn written(rev: u64) -> BucketCounts {
    BucketCounts {
        free: 7,
        held: 2,
        guests: 41,
        rev,
    }
}

/// Returns how often each shard of the availability was written after its creation.
async fn revs(store: &Store, event: &Event) -> BTreeMap<ShardNo, u64> {
    let pk = key::event_pk(event.id);
    let shards = store.query_all(pk, key::AVAILABILITY.to_owned(), None);
    let rev = |item: crate::attribute::Item| {
        let sk = crate::attribute::text(&item, crate::attribute::SK).unwrap();
        let shard = key::parse_availability_sk(sk).unwrap();
        (shard, number(&item, REV).unwrap())
    };
    shards.await.unwrap().into_iter().map(rev).collect()
}

#[tokio::test]
async fn what_a_batch_tells_is_written_to_its_shards_alone_and_told_twice_to_none() {
    let store = store();
    let event = event(SEATS);
    store.init_availability(&event).await.unwrap();
    let mut expected: BTreeMap<ShardNo, u64> = (0..16).map(|shard| (shard, 0)).collect();
    assert_eq!(revs(&store, &event).await, expected);

    let looks = [(130, written(1)), (131, written(1)), (1_999, written(1))];
    for _ in 0..2 {
        let known = store.update_availability(event.id, &looks, None).await;
        let known = known.unwrap();
        assert_eq!(known.total_free(), SEATS - 3 * (50 - 7));
        assert_eq!((known.total_held(), known.total_guests()), (6, 123));
        expected.insert(1, 1);
        expected.insert(15, 1);
        assert_eq!(revs(&store, &event).await, expected);
    }

    let known = store.update_availability(event.id, &looks, Some(9)).await;
    assert_eq!(known.unwrap().waitlisted, 9);
    expected.insert(0, 1);
    assert_eq!(revs(&store, &event).await, expected);

    let read = store.availability(event.id).await.unwrap().unwrap();
    assert_eq!((read.waitlisted, read.counts(1_999)), (9, written(1)));
    let listed = store.availabilities(std::slice::from_ref(&event)).await;
    assert_eq!(listed.unwrap(), [(event.id, read)].into());
}

/// Many callers concurrently write the counts of every bucket of the event, in any order. This also happens in the relay, if
/// several of the stream's shards have records of the event, or if batches are delivered twice.
#[tokio::test]
async fn many_who_learn_at_once_lose_nothing() {
    let store = store();
    let event = event(20_000);
    store.init_availability(&event).await.unwrap();
    let buckets = usize::from(bucket_count(20_000));
    let learners = (0..4u16).map(async |learner| {
        for begin in (0..buckets).step_by(100) {
            let looks: Vec<(BucketNo, BucketCounts)> = (0..bucket_count(20_000))
                .skip(begin)
                .take(100)
                .map(|no| (no, written(u64::from(learner) + 1)))
                .collect();
            let mut learned = store.update_availability(event.id, &looks, None).await;
            // The caller repeats the failed call. The relay does the same when its batch is retried.
            while let Err(StoreError::Contended(_)) = learned {
                learned = store.update_availability(event.id, &looks, None).await;
            }
            learned.unwrap();
        }
    });
    futures::future::join_all(learners).await;
    let known = store.availability(event.id).await.unwrap().unwrap();
    let (no, counts): (Vec<_>, Vec<_>) = known.iter().unzip();
    assert_eq!(no.len(), buckets);
    assert!(counts.iter().all(|counts| *counts == written(4)));
}

/// If two callers concurrently update different shards, at least one of the two calls must return both changes. Otherwise
/// nobody would be promoted although a seat was returned.
#[tokio::test]
async fn of_two_who_tell_of_different_shards_at_once_one_knows_both() {
    let store = store();
    for _ in 0..20 {
        let event = event(20_000);
        store.init_availability(&event).await.unwrap();
        let looks = [(130, written(1))];
        let (seat_came_back, somebody_waits) = futures::future::join(
            store.update_availability(event.id, &looks, None),
            store.update_availability(event.id, &[], Some(1)),
        )
        .await;
        let known = [seat_came_back.unwrap(), somebody_waits.unwrap()];
        let knows_both = known.map(|known| known.total_held() == 2 && known.waitlisted == 1);
        assert!(knows_both.contains(&true));
    }
}

#[tokio::test]
async fn a_write_of_a_shard_is_one_unit() {
    let stack = emulated!("counts capacity units");
    let store = store();
    let event = event(SEATS);
    store.init_availability(&event).await.unwrap();
    let all: Vec<_> = (0..bucket_count(SEATS))
        .map(|no| (no, written(10_000)))
        .collect();
    let known = store.update_availability(event.id, &all, None).await;
    let known = known.unwrap();
    for shard in [0, 15] {
        let (client, table) = table_of(&stack);
        let put = client.put_item().table_name(&table);
        let item = crate::seats::availability::shard_item(event.id, &known, shard, Some(10_000));
        let put = put.set_item(Some(to_sdk(item)));
        let put = put.return_consumed_capacity(ReturnConsumedCapacity::Total);
        let consumed = put.send().await.unwrap().consumed_capacity.unwrap();
        let units = consumed.capacity_units.unwrap();
        assert!((units - 1.0).abs() < f64::EPSILON, "{units} units");
    }
}
