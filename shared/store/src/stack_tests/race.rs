//! Tests with many concurrent claims, with and without the condition of a claim. The test without the condition is the control:
//! overbooking happens in it, which shows that the other test would detect overbooking.

use std::sync::Arc;

use futures::{StreamExt as _, future::BoxFuture, stream};
use table::{
    Batch, Change, Delete, Put, Query, QueryPage, Table, TableError, TransactionError, Update,
    Write, WriteError, attr,
};

use super::*;
use crate::{attribute::Item, seats::buckets::FREE};

/// A table in which a claim takes a seat of a bucket without any condition.
#[derive(Debug)]
struct Unconditional(Arc<dyn Table>);

impl Table for Unconditional {
    fn get(&self, key: Item, consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>> {
        self.0.get(key, consistent)
    }

    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>> {
        self.0.get_at_once(keys)
    }

    fn get_batch(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> BoxFuture<'_, Result<Batch, TableError>> {
        self.0.get_batch(keys, consistent)
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<QueryPage, TableError>> {
        self.0.query(query)
    }

    fn put(&self, put: Put) -> BoxFuture<'_, Result<(), WriteError>> {
        self.0.put(put)
    }

    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>> {
        let takes_a_seat = Change::Increase(FREE.into(), -1);
        self.0.update(if update.changes.contains(&takes_a_seat) {
            Update {
                condition: Some(attr(FREE).exists()),
                ..update
            }
        } else {
            update
        })
    }

    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.0.delete(delete)
    }

    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        self.0.transact(writes)
    }
}

/// Lets `users` users claim a seat in one bucket, 48 of them concurrently. Returns the number of users who got a seat.
async fn race(store: &Store, capacity: u32, users: usize) -> usize {
    let event = published(store, capacity).await;
    let people = stream::iter(0..users).then(|_| person(store));
    let people: Vec<UserId> = people.collect().await;
    stream::iter(people)
        .map(|user| claim(store, &event, user))
        .buffer_unordered(48)
        .filter(|outcome| std::future::ready(matches!(outcome, Ok(ClaimOutcome::Confirmed(_)))))
        .count()
        .await
}

#[tokio::test]
async fn the_condition_keeps_the_race_from_overbooking() {
    assert_eq!(race(&store(), 7, 60).await, 7);
}

#[tokio::test]
async fn without_the_condition_the_race_overbooks() {
    let store = Store::new(Arc::new(Unconditional(fixtures::table())));
    let seated = race(&store, 7, 60).await;
    assert!(seated > 7, "the race must be able to find an overbooking");
}
