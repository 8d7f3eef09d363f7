//! Tests that statistics count each record once, even if a batch is repeated or delivered in parts, or if processes crash or
//! run concurrently.

use std::ops::Range;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use domain::{
    security::audit::Deed,
    stats::{
        StatsOf,
        counter::{Counter, MailCount, Quarter},
        fact::{Fact, FactId},
        tally::Tally,
    },
};
use fixtures::until_it_dies;
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use table::dynamodb::to_sdk;

use super::*;
use crate::key;

fn nobody() -> StatsOf {
    StatsOf::Event(EventId::from_uuid(Uuid::now_v7()))
}

/// Returns one fact for each of the numbers. Each fact counts one ticket. Twenty facts in a row have the same second.
fn facts(numbers: Range<u32>) -> Vec<Fact> {
    let begun: Timestamp = "2027-05-01T12:00:00Z".parse().unwrap();
    let fact = |number: u32| Fact {
        id: FactId::of("pk", "sk", &number.to_string()),
        at: begun + SignedDuration::from_secs(i64::from(number / 20)),
        tally: [Counter::Tickets].into_iter().collect(),
    };
    numbers.map(fact).collect()
}

async fn tickets(store: &Store, of: StatsOf) -> u64 {
    let counted = store.counted(of).await.unwrap();
    counted.tally.count(&Counter::Tickets)
}

#[tokio::test]
async fn a_record_counts_once_however_often_and_in_whatever_parts_it_comes() {
    let store = store();
    let of = nobody();
    let all = facts(0..400);
    let seed = fastrand::u64(..);
    let mut chance = fastrand::Rng::with_seed(seed);
    // The test delivers the facts as a stream delivers records: in order, and after a failure a second time from an earlier
    // position.
    let mut next = 0;
    while next < all.len() {
        let end = (next + chance.usize(1..120)).min(all.len());
        let attempt = store.count_facts(of, &all[next..end]);
        if until_it_dies(attempt, chance.usize(0..12)).await.is_none() {
            // The batch is retried in two halves, and the first half is delivered twice.
            let middle = next + (end - next) / 2;
            for part in [next..middle, next..middle, middle..end] {
                store.count_facts(of, &all[part]).await.unwrap();
            }
        }
        next = end;
    }
    assert_eq!(tickets(&store, of).await, 400, "seed {seed}");
    // Hours later, a shard of the stream that was stuck delivers all records a second time.
    assert_eq!(store.count_facts(of, &all).await.unwrap(), 0, "seed {seed}");
    assert_eq!(tickets(&store, of).await, 400, "seed {seed}");
}

#[tokio::test]
async fn shards_count_at_once() {
    let store = &store();
    let of = nobody();
    let shards = (0..4).map(async |shard| {
        let mine = facts(shard * 100..(shard + 1) * 100);
        for batch in mine.chunks(25) {
            store.count_facts(of, batch).await.unwrap();
        }
    });
    join_all(shards).await;
    assert_eq!(tickets(store, of).await, 400);
}

#[tokio::test]
async fn a_process_may_die_anywhere() {
    let store = store();
    let of = nobody();
    let mut counted = 0;
    for waits in 0.. {
        // A page of statistics cannot store the ids of 80 records, so a separate list of ids is also written.
        let batch = facts(counted..counted + 80);
        let done = until_it_dies(store.count_facts(of, &batch), waits).await;
        store.count_facts(of, &batch).await.unwrap();
        counted += 80;
        assert_eq!(
            tickets(&store, of).await,
            u64::from(counted),
            "after {waits}"
        );
        if done.is_some() {
            return;
        }
    }
}

#[tokio::test]
async fn a_correction_holds_unless_something_was_counted_meanwhile() {
    let store = store();
    let of = nobody();
    store.count_facts(of, &facts(0..3)).await.unwrap();
    let StatsOf::Event(event) = of else {
        unreachable!()
    };
    let deed = Deed::RebuildStats {
        event,
        corrected: 1,
    };
    let entry = super::audit::entry(&deed);
    let looked = store.counted(of).await.unwrap();
    let mut correction = Tally::default();
    correction.add(Counter::Tickets, -1);
    store.count_facts(of, &facts(3..4)).await.unwrap();
    assert!(
        !store
            .correct(of, &looked, &correction, &entry)
            .await
            .unwrap()
    );
    assert_eq!(tickets(&store, of).await, 4);
    let looked = store.counted(of).await.unwrap();
    assert!(
        store
            .correct(of, &looked, &correction, &entry)
            .await
            .unwrap()
    );
    assert!(
        !store
            .correct(of, &looked, &correction, &entry)
            .await
            .unwrap(),
        "the same look twice"
    );
    assert_eq!(tickets(&store, of).await, 3);
    store.count_facts(of, &facts(4..5)).await.unwrap();
    assert_eq!(tickets(&store, of).await, 4, "counting goes on from there");
}

#[tokio::test]
async fn a_page_that_remembers_all_it_can_costs_a_unit_a_write() {
    let stack = emulated!("counts capacity units");
    let store = store();
    let of = nobody();
    let mut batch = facts(0..32);
    // On a busy day, people register during eight hours, and mails are sent.
    for (number, fact) in (0..).zip(&mut batch) {
        let hours = SignedDuration::from_mins(15 * (number % 32));
        let quarter = Quarter::of(fact.at - hours);
        fact.tally = [
            Counter::Tickets,
            Counter::Registered(quarter),
            Counter::Mail(MailCount::Sent),
        ]
        .into_iter()
        .collect();
    }
    store.count_facts(of, &batch).await.unwrap();
    let pages = store
        .query_all(key::stats_pk(of), key::DAY.to_owned(), None)
        .await
        .unwrap();
    let (client, table) = table_of(&stack);
    let again = client
        .put_item()
        .table_name(&table)
        .set_item(Some(to_sdk(pages[0].clone())))
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    let units = again.consumed_capacity.unwrap().capacity_units.unwrap();
    assert!((units - 1.0).abs() < f64::EPSILON, "{units} units");
}
