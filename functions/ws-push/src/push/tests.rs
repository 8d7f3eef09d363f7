//! Tests of messages that are repeated, late or concurrent, and of a push function that crashes between any two of its calls.
//! The tests use a real table. Messages to shards go to the test's own queue, and the events have no guest list, so the
//! functions of a deployed stack do not react to them.

mod aside;
mod rights;
mod stack;
mod ten_thousand;
mod ticks;

use std::cell::Cell;

use domain::{events::Event, live::counts::Counts, seats::availability::BucketCounts};
use futures::future::join_all;
use store::{Noted, TopicState};

use super::*;
use fixtures::{Embedded, Stack, emulated, event};
use stack::{OwnQueue, Place};

/// The number of shards of each topic. Each shard gets its own message, and one call sends all these messages to the queue.
const SHARDS: u32 = 3;

/// A watched event, and a process of the push function.
struct Case {
    place: Place,
    queue: OwnQueue,
    push: Push,
    event: Event,
    topic: Topic,
    changes: Cell<u32>,
}

impl Case {
    async fn new() -> Self {
        let place = Place::of_this_run();
        let queue = OwnQueue::make(&place).await;
        let push = stack::push(&place, &queue);
        let event = event(50);
        let topic = Topic::public(event.id);
        stack::make_draft(&push.store, &event).await;
        let shards = push.store.open_topic(topic, clock::now()).await;
        let mut shards = shards.unwrap().shards;
        while shards < SHARDS {
            shards = push.store.add_shards(topic, shards).await.unwrap();
        }
        assert_eq!(shards, SHARDS);
        let case = Self {
            place,
            queue,
            push,
            event,
            topic,
            changes: Cell::new(0),
        };
        case.change().await;
        case
    }

    /// Changes the counts in the availability in the same way as the relay.
    async fn change(&self) {
        self.changes.set(self.changes.get() + 1);
        let no = self.changes.get();
        let looked_like = BucketCounts {
            free: 50 - no % 50,
            held: 0,
            guests: no % 50,
            rev: no.into(),
        };
        let looks = [(0, looked_like)];
        let store = &self.push.store;
        let learned = store.update_availability(self.event.id, &looks, Some(no));
        learned.await.unwrap();
    }

    async fn state(&self) -> TopicState {
        let state = self.push.store.topic(self.topic).await;
        state.unwrap().unwrap()
    }

    /// Returns the counts that viewers must get.
    async fn truth(&self) -> Counts {
        let availability = self.push.store.availability(self.event.id).await;
        Counts::of(&self.event, availability.unwrap())
    }

    async fn assert_published_is_the_truth(&self, when: &str) {
        let published = self.state().await.published.unwrap();
        assert_eq!(published.counts, self.truth().await, "{when}");
    }

    fn tick(&self, tick: u64) -> Message {
        let event_id = self.event.id;
        message(&LiveDue::Tick { event_id, tick })
    }

    fn shard(&self, shard: u32, frame: Option<Frame>) -> Message {
        message(&LiveDue::Shard {
            topic: self.topic,
            shard,
            frame,
        })
    }

    /// Asserts that the queue got `frame` for every shard exactly `times` times since it was last emptied, and that it got no
    /// other message.
    async fn assert_spread(&self, times: usize, frame: Option<&Frame>, when: &str) {
        let mut spread: Vec<LiveDue> = self.queue.take().await.iter().map(due).collect();
        spread.sort_by_key(LiveDue::group);
        let expected = (0..SHARDS).flat_map(|shard| {
            let message = LiveDue::Shard {
                topic: self.topic,
                shard,
                frame: frame.cloned(),
            };
            vec![message; times]
        });
        assert_eq!(spread, expected.collect::<Vec<_>>(), "{when}");
    }
}

fn message(due: &LiveDue) -> Message {
    Message {
        body: serde_json::to_string(due).unwrap(),
        receive_count: 1,
        ..Message::default()
    }
}

impl Push {
    /// Handles a message, whose body must be valid.
    async fn deliver(&self, message: &Message) -> Result<(), PushError> {
        self.handle(message, due(message)).await
    }
}

fn due(message: &Message) -> LiveDue {
    serde_json::from_str(&message.body).unwrap()
}

/// Subscribes a connection in the same way as `ws-connect`.
async fn subscribe(store: &Store, id: &str, topic: Topic, shard: u32) {
    let noted = store
        .note_subscription(id, topic, shard, None)
        .await
        .unwrap();
    assert_eq!(noted, Noted::Yes);
    let now = clock::now();
    assert!(store.join_shard(topic, shard, id, now).await.unwrap());
}

#[tokio::test]
async fn connections_that_are_not_there_are_forgotten_with_all_that_they_had_subscribed_to() {
    let case = Case::new().await;
    let store = &case.push.store;
    let door = Topic::door(case.event.id);
    let ids: Vec<String> = (0..20).map(|_| stack::connection_id()).collect();
    let made = ids.iter().map(|id| async move {
        let opened = store.open_connection(id, None, clock::now()).await;
        opened.unwrap();
        subscribe(store, id, case.topic, 1).await;
        subscribe(store, id, door, 2).await;
    });
    join_all(made).await;
    // This connection is in the shard, but has no item of its own. This state exists after the connection's item has expired.
    let stray = stack::connection_id();
    let joined = store.join_shard(case.topic, 1, &stray, clock::now()).await;
    assert!(joined.unwrap());
    assert_eq!(store.shard(case.topic, 1).await.unwrap().len(), 21);
    assert_eq!(store.shard(door, 2).await.unwrap().len(), 20);

    for _ in 0..2 {
        case.push.deliver(&case.shard(1, None)).await.unwrap();
        assert!(store.shard(case.topic, 1).await.unwrap().is_empty());
        assert!(store.shard(door, 2).await.unwrap().is_empty());
        for known in join_all(ids.iter().map(|id| store.connection(id))).await {
            assert_eq!(known.unwrap(), None);
        }
    }
    case.assert_published_is_the_truth("nothing was published before")
        .await;
    assert!(case.queue.take().await.is_empty());
    case.queue.delete().await;
}

#[tokio::test]
async fn news_for_everybody_that_come_three_times_are_spread_once() {
    let case = Case::new().await;
    let frame = Frame::Event {
        event_id: case.event.id,
        status: case.event.status,
        changed: vec![domain::events::EventField::Title],
    };
    let mut news = message(&LiveDue::Everybody {
        topic: case.topic,
        frame: frame.clone(),
    });
    for delivery in 0..3 {
        // This is another message with the same name. The relay may send it twice, more than five minutes apart.
        news.id = format!("{delivery}");
        news.deduplication_id = Some(format!("{}#7", case.event.id));
        case.push.deliver(&news).await.unwrap();
    }
    case.assert_spread(1, Some(&frame), "sent three times")
        .await;
    case.queue.delete().await;
}
