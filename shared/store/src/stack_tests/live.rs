//! Tests of many connections that subscribe concurrently, and of the cost of reading their shards.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use domain::{
    keys::bearer_code::BearerCode,
    live::{
        CONNECTIONS_PER_SHARD, MAX_ACTIONS_PER_SECOND, MAX_SUBSCRIPTIONS, TICKET_LIFETIME,
        counts::Counts, tick::Tick, topic::Topic,
    },
    seats::availability::BucketCounts,
};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use table::dynamodb::to_sdk;

use super::*;
use crate::{ActionCount, Noted, Published, SignIn, Subscribed, attribute::Item, key};

/// Returns a random connection id of 16 characters, the length that API Gateway uses.
fn connection_id() -> String {
    let random = std::iter::repeat_with(fastrand::alphanumeric);
    let random: String = random.take(15).collect();
    format!("{random}=")
}

async fn opened(store: &Store) -> String {
    let id = connection_id();
    let opened = store.open_connection(&id, None, Timestamp::now()).await;
    opened.unwrap();
    id
}

/// Returns a sign-in whose account and session do not exist.
fn somebody() -> SignIn {
    SignIn {
        user_id: UserId::from_uuid(Uuid::now_v7()),
        session: Some(Uuid::now_v7()),
    }
}

fn nobodys_topic() -> Topic {
    Topic::public(EventId::from_uuid(Uuid::now_v7()))
}

async fn permitted() -> Result<bool, StoreError> {
    Ok(true)
}

/// Subscribes a connection to a topic, and returns the number of its shard.
async fn join(store: &Store, id: &str, topic: Topic) -> Option<u32> {
    let connection = store.connection(id).await.unwrap().unwrap();
    let now = Timestamp::now();
    let subscribed = store.subscribe(id, &connection, topic, now, permitted);
    match subscribed.await.unwrap() {
        Subscribed::In(shard) => Some(shard),
        Subscribed::TooMany | Subscribed::Ended | Subscribed::NotPermitted => None,
    }
}

#[tokio::test]
async fn shards_are_never_overfull_and_become_more() {
    let store = store();
    let topic = nobodys_topic();
    let joined = join_all((0..250).map(|_| async {
        let id = opened(&store).await;
        let shard = join(&store, &id, topic).await;
        (id, shard.expect("there is room for everybody"))
    }))
    .await;

    let shards = store.topic(topic).await.unwrap().unwrap().shards;
    assert!(shards >= 3, "{shards} shards");
    let mut found = BTreeMap::new();
    for shard in 0..shards {
        let ids = store.shard(topic, shard).await.unwrap();
        assert!(
            ids.len() <= CONNECTIONS_PER_SHARD,
            "{} in one shard",
            ids.len()
        );
        for id in ids {
            assert_eq!(found.insert(id, shard), None, "in two shards");
        }
    }
    for (id, shard) in &joined {
        let noted = store.connection(id).await.unwrap().unwrap().topics;
        assert_eq!(noted.get(&topic), Some(shard));
    }
    assert_eq!(found, joined.into_iter().collect());
}

#[tokio::test]
async fn two_frames_at_once_put_a_connection_into_one_shard_or_none() {
    let store = store();
    for round in 0..20 {
        let topic = nobodys_topic();
        let id = opened(&store).await;
        store.open_topic(topic, Timestamp::now()).await.unwrap();
        // The topic gets more than one shard, so that two concurrent subscriptions choose different shards.
        let shards = store.add_shards(topic, 1).await.unwrap();
        let shards = store.add_shards(topic, shards).await.unwrap();
        let ends = round % 2 == 1;
        if ends {
            join(&store, &id, topic).await.unwrap();
        }
        let connection = store.connection(&id).await.unwrap().unwrap();
        let subscribe = || store.subscribe(&id, &connection, topic, Timestamp::now(), permitted);
        let unsubscribe = async {
            if let Some(shard) = connection.topics.get(&topic) {
                store.unsubscribe(&id, topic, *shard).await.unwrap();
            }
        };
        let (first, second, ()) = futures::join!(subscribe(), subscribe(), unsubscribe);
        let (first, second) = (first.unwrap(), second.unwrap());

        let mut found = BTreeSet::new();
        for shard in 0..shards {
            let ids = store.shard(topic, shard).await.unwrap();
            found.extend(ids.iter().map(|_| shard));
        }
        let standing = store.connection(&id).await.unwrap().unwrap();
        let noted = standing.topics.get(&topic).copied();
        assert_eq!(found, noted.into_iter().collect(), "{first:?} {second:?}");
        assert!(ends || noted.is_some(), "{first:?} {second:?}");
    }
}

#[tokio::test]
async fn a_full_shard_takes_nobody_but_those_who_are_in_it() {
    let store = store();
    let topic = nobodys_topic();
    let ids: Vec<_> = (0..=CONNECTIONS_PER_SHARD)
        .map(|_| connection_id())
        .collect();
    let now = Timestamp::now();
    let joined = join_all(ids.iter().map(|id| store.join_shard(topic, 0, id, now))).await;
    let (inside, outside): (Vec<_>, Vec<_>) = ids
        .into_iter()
        .zip(joined)
        .partition(|(_, joined)| *joined.as_ref().unwrap());
    assert_eq!((inside.len(), outside.len()), (CONNECTIONS_PER_SHARD, 1));
    let (inside, outside) = (&inside[0].0, &outside[0].0);
    let join = |id| store.join_shard(topic, 0, id, now);
    assert!(join(inside).await.unwrap());
    assert!(!join(outside).await.unwrap());

    for _ in 0..2 {
        let left = store.leave_shard(topic, 0, std::slice::from_ref(inside));
        left.await.unwrap();
    }
    assert!(join(outside).await.unwrap());
    assert!(!join(inside).await.unwrap());
}

#[tokio::test]
async fn a_second_has_ten_actions() {
    let store = store();
    let id = opened(&store).await;
    let now = Timestamp::now();
    let second = SignedDuration::from_secs(1);
    let allowed = async |at| match store.count_action(&id, at).await.unwrap() {
        ActionCount::Allowed(_) => true,
        ActionCount::TooMany => false,
        ActionCount::Unknown => unreachable!("it was opened"),
    };
    for _ in 0..MAX_ACTIONS_PER_SECOND {
        assert!(allowed(now).await);
    }
    assert!(!allowed(now).await);
    // A process whose clock is one second slow counts its actions in the same second.
    assert!(!allowed(now - second).await);
    assert!(allowed(now + second).await);

    let at_once = (0..30).map(|_| allowed(now + second * 2));
    let allowed = join_all(at_once).await.into_iter().filter(|yes| *yes);
    assert_eq!(allowed.count(), 10);
    let unknown = store.count_action(&connection_id(), now).await;
    assert_eq!(unknown.unwrap(), ActionCount::Unknown);
}

#[tokio::test]
async fn a_connection_has_twenty_topics() {
    let store = store();
    let id = opened(&store).await;
    let topics: Vec<_> = (0..MAX_SUBSCRIPTIONS).map(|_| nobodys_topic()).collect();
    let another = Topic::door(topics[0].event);
    let note = async |topic, shard, over| {
        let noted = store.note_subscription(&id, topic, shard, over).await;
        noted.unwrap()
    };
    for topic in &topics {
        assert_eq!(note(*topic, 0, None).await, Noted::Yes);
    }
    assert_eq!(note(another, 0, None).await, Noted::TooMany);
    assert_eq!(note(topics[3], 7, Some(0)).await, Noted::Yes);
    assert_eq!(note(topics[3], 8, None).await, Noted::Standing(Some(7)));
    assert_eq!(note(topics[3], 8, Some(0)).await, Noted::Standing(Some(7)));
    let noted = store.connection(&id).await.unwrap().unwrap().topics;
    assert_eq!(noted.len(), MAX_SUBSCRIPTIONS);
    assert_eq!(noted[&topics[3]], 7);

    for _ in 0..2 {
        let forgotten = store.forget_subscription(&id, topics[3]).await;
        forgotten.unwrap();
    }
    assert_eq!(note(topics[3], 8, Some(7)).await, Noted::Standing(None));
    assert_eq!(note(another, 0, None).await, Noted::Yes);
    let unknown = connection_id();
    let noted = store.note_subscription(&unknown, another, 0, None).await;
    assert_eq!(noted.unwrap(), Noted::Unknown);
    let forgotten = store.forget_subscription(&unknown, another).await;
    forgotten.unwrap();
    assert_eq!(
        store.connection(&unknown).await.unwrap(),
        None,
        "nothing was made"
    );
}

#[tokio::test]
async fn a_live_ticket_is_good_once_and_for_thirty_seconds() {
    let store = store();
    let sign_in = somebody();
    let now = Timestamp::now();
    let random = || BearerCode::new(std::array::from_fn(|_| fastrand::u8(..)));
    let noted = async || {
        let ticket = random();
        let noted = store.note_live_ticket(&ticket, sign_in, now).await;
        noted.unwrap();
        ticket
    };
    let spend = async |ticket: &BearerCode, at| store.spend_live_ticket(ticket, at).await.unwrap();

    let ticket = noted().await;
    let at_once = join_all((0..5).map(|_| spend(&ticket, now))).await;
    let winners: Vec<_> = at_once.into_iter().flatten().collect();
    assert_eq!(winners, [sign_in]);

    let lifetime = SignedDuration::try_from(TICKET_LIFETIME).unwrap();
    let late = noted().await;
    assert_eq!(spend(&late, now + lifetime).await, None);
    let just = SignedDuration::from_secs(1);
    assert_eq!(spend(&late, now + lifetime - just).await, Some(sign_in));
    assert_eq!(spend(&random(), now).await, None);
}

#[tokio::test]
async fn a_closed_connection_is_in_no_shard() {
    let store = store();
    let (id, other) = (opened(&store).await, opened(&store).await);
    let topics: Vec<_> = (0..MAX_SUBSCRIPTIONS).map(|_| nobodys_topic()).collect();
    for topic in &topics {
        join(&store, &id, *topic).await.unwrap();
        join(&store, &other, *topic).await.unwrap();
    }
    for _ in 0..2 {
        store.close_connection(&id).await.unwrap();
        assert_eq!(store.connection(&id).await.unwrap(), None);
        for topic in &topics {
            let left = store.shard(*topic, 0).await.unwrap();
            assert_eq!(left, [other.as_str()]);
        }
    }
}

#[tokio::test]
async fn a_tick_publishes_what_is_there_and_a_late_one_nothing() {
    let store = store();
    let event = event(50);
    let topic = Topic::public(event.id);
    let start = Timestamp::now();
    make_account(&store, event.organizer.id).await;
    assert!(store.create_event(&event).await.unwrap());
    let run = async |tick, at| {
        let ran = store.run_tick(event.id, Tick::new(tick), || at).await;
        ran.unwrap()
    };
    assert_eq!(run(7, start).await, None, "nobody watches");
    assert_eq!(store.topic(topic).await.unwrap(), None, "nothing was made");

    let opened = store.open_topic(topic, start).await.unwrap();
    assert_eq!((opened.published, opened.shards), (None, 1));
    let first = run(opened.tick, start).await.unwrap();
    assert_eq!(first.tick, opened.tick + 1);
    assert_eq!(
        first.published.unwrap().counts,
        Counts::of(&event, store.availability(event.id).await.unwrap())
    );

    let looked_like = BucketCounts {
        free: 30,
        held: 0,
        guests: 20,
        rev: 20,
    };
    let news = [(0, looked_like)];
    let availability = store.update_availability(event.id, &news, Some(3)).await;
    let truth = Counts::of(&event, Some(availability.unwrap()));
    assert_eq!((truth.registered, truth.waitlisted), (20, 3));
    // The message that causes the tick is delivered a second time, to a process whose clock is an hour slow. This process reads
    // the counts again all the same.
    let early = start - SignedDuration::from_hours(1);
    let again = run(opened.tick, early).await.unwrap();
    assert_eq!(again.tick, first.tick);
    assert_eq!(again.published.unwrap().counts, truth);
    let as_of = |state: &crate::TopicState| state.published.as_ref().map(Published::as_of);
    assert!(as_of(&again) > as_of(&first));

    let next = run(first.tick, early).await.unwrap();
    assert_eq!(next.tick, first.tick + 1);
    assert!(as_of(&next) > as_of(&again));
    for late in [opened.tick, opened.tick - 1, next.tick + 1] {
        assert_eq!(run(late, Timestamp::now()).await, None);
    }
    assert_eq!(store.topic(topic).await.unwrap(), Some(next));
}

/// Returns how many units a strongly consistent read of an item costs.
async fn units_of_a_read(stack: &Stack, key: Item) -> f64 {
    let (client, table) = table_of(stack);
    let read = client
        .get_item()
        .table_name(&table)
        .set_key(Some(to_sdk(key)))
        .consistent_read(true)
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    assert!(read.item.is_some());
    read.consumed_capacity.unwrap().capacity_units.unwrap()
}

fn assert_one(units: f64, what: &str) {
    assert!((units - 1.0).abs() < f64::EPSILON, "{units} units, {what}");
}

#[tokio::test]
async fn a_full_shard_and_what_is_told_are_read_for_one_unit_each() {
    let stack = emulated!("counts capacity units");
    let store = store();
    let event = event(100_000);
    let topic = Topic::public(event.id);
    let now = Timestamp::now();
    make_account(&store, event.organizer.id).await;
    assert!(store.create_event(&event).await.unwrap());
    let tick = store.open_topic(topic, now).await.unwrap().tick;
    let published = store.run_tick(event.id, Tick::new(tick), || now).await;
    assert!(published.unwrap().is_some());
    let units = units_of_a_read(&stack, key::topic(topic)).await;
    assert_one(units, "the topic");

    let ids: BTreeSet<_> = (0..CONNECTIONS_PER_SHARD)
        .map(|_| connection_id())
        .collect();
    // This number has as many digits as the shard numbers of a topic that a million viewers watch.
    let shard = 9_999;
    let joined = join_all(ids.iter().map(|id| store.join_shard(topic, shard, id, now))).await;
    assert!(joined.into_iter().all(|joined| joined.unwrap()));
    let found = store.shard(topic, shard).await.unwrap();
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), ids);
    let units = units_of_a_read(&stack, key::shard(topic, shard)).await;
    assert_one(units, "a shard");
}
