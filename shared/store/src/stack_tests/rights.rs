//! Tests of connections on which a user has signed in. The user's right ends during a subscription, and a process may crash at
//! any call.

use std::cell::Cell;

use domain::{live::topic::Topic, security::refresh_token::LIFETIME_SECONDS};
use fixtures::until_it_dies;
use futures::future::FutureExt as _;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{SignIn, Subscribed};

async fn opened(store: &Store, sign_in: Option<SignIn>) -> String {
    let id = Uuid::now_v7().simple().to_string();
    let opened = store.open_connection(&id, sign_in, Timestamp::now()).await;
    opened.unwrap();
    id
}

fn user() -> UserId {
    UserId::from_uuid(Uuid::now_v7())
}

#[tokio::test]
async fn a_user_s_connections_are_listed_until_they_are_closed() {
    let store = store();
    let (user_id, stranger) = (user(), user());
    let sign_in = |user_id| {
        Some(SignIn {
            user_id,
            session: Some(Uuid::now_v7()),
        })
    };
    let mut ids = [
        opened(&store, sign_in(user_id)).await,
        opened(&store, sign_in(user_id)).await,
    ];
    ids.sort();
    opened(&store, None).await;
    let other = opened(&store, sign_in(stranger)).await;
    assert_eq!(store.connections_of(user_id).await.unwrap(), ids);
    let known = store.connection(&other).await.unwrap().unwrap();
    assert_eq!(known.sign_in().unwrap().user_id, stranger);

    for _ in 0..2 {
        store.close_connection(&ids[0]).await.unwrap();
        assert_eq!(store.connections_of(user_id).await.unwrap(), ids[1..]);
    }
    store.unlist_connection(user_id, &ids[1]).await.unwrap();
    assert!(store.connections_of(user_id).await.unwrap().is_empty());
    assert_eq!(store.connections_of(stranger).await.unwrap(), [other]);
}

#[tokio::test]
async fn a_session_goes_on_until_it_ends_in_whatever_way() {
    let store = store();
    let (user, now) = (person(&store).await, Timestamp::now());
    let changed = Some(now - SignedDuration::from_hours(1));
    let begun = async |changed| {
        let session = session_id();
        store
            .begin_session(user, session, changed, None, now)
            .await
            .unwrap();
        session
    };
    let goes_on = async |session: SessionId, changed, at| {
        store
            .session_goes_on(user, session.uuid(), changed, at)
            .await
            .unwrap()
    };
    for changed in [None, changed] {
        assert!(goes_on(begun(changed).await, changed, now).await);
    }
    let family = begun(changed).await;
    assert!(!goes_on(family, None, now).await, "another password");
    assert!(!goes_on(family, Some(now), now).await, "another password");
    let end = now + SignedDuration::from_secs(LIFETIME_SECONDS);
    assert!(!goes_on(family, changed, end).await, "expired");
    assert!(!goes_on(session_id(), changed, now).await, "unknown");
    store.revoke_session(user, family, now).await.unwrap();
    assert!(!goes_on(family, changed, now).await, "revoked");
    let family = begun(changed).await;
    store.forget_sessions(user).await.unwrap();
    assert!(!goes_on(family, changed, now).await, "forgotten");
}

/// A connection that subscribes to the door of an event while its right to watch the door ends.
struct Case {
    store: Store,
    topic: Topic,
    id: String,
    shards: u32,
    is_permitted: Cell<bool>,
}

impl Case {
    async fn new() -> Self {
        let store = store();
        let topic = Topic::door(EventId::from_uuid(Uuid::now_v7()));
        store.open_topic(topic, Timestamp::now()).await.unwrap();
        let shards = store.add_shards(topic, 1).await.unwrap();
        Self {
            id: opened(&store, None).await,
            store,
            topic,
            shards,
            is_permitted: Cell::new(true),
        }
    }

    async fn subscribe(&self) -> Result<Subscribed, StoreError> {
        let connection = self.store.connection(&self.id).await?.unwrap();
        let now = Timestamp::now();
        let is_permitted = async || {
            // This check takes as long as a read of the table, so other processes can act during the check.
            self.store.ping().await?;
            Ok(self.is_permitted.get())
        };
        self.store
            .subscribe(&self.id, &connection, self.topic, now, is_permitted)
            .await
    }

    /// Ends first the right to watch the door, and then the subscription. The process that ends rights uses the same order.
    async fn end_right(&self) {
        self.is_permitted.set(false);
        let connection = self.store.connection(&self.id).await.unwrap().unwrap();
        if let Some(shard) = connection.topics.get(&self.topic) {
            let ended = self
                .store
                .unsubscribe_from(&self.id, self.topic, *shard)
                .await;
            ended.unwrap();
        }
    }

    async fn assert_in_no_shard(&self, when: &str) {
        for shard in 0..self.shards {
            let found = self.store.shard(self.topic, shard).await.unwrap();
            assert!(found.is_empty(), "{when}: in shard {shard}");
        }
    }
}

/// The subscribing process pauses at any of its calls, and the user's right ends during this pause. Then the subscribing
/// process continues, and may crash at any later call.
#[tokio::test]
async fn nobody_is_left_in_a_shard_whose_right_ended_meanwhile() {
    let mut cases = 0;
    for before in 0.. {
        let mut was_over = false;
        for after in 0.. {
            let case = Case::new().await;
            let when = format!("the right ended after {before} waits, death {after} later");
            let mut subscriber = case.subscribe().boxed_local();
            was_over = until_it_dies(subscriber.as_mut(), before).await.is_some();
            case.end_right().await;
            if was_over {
                case.assert_in_no_shard(&when).await;
                break;
            }
            let ended = until_it_dies(subscriber.as_mut(), after).await;
            case.assert_in_no_shard(&when).await;
            cases += 1;
            if let Some(done) = ended {
                let outcome = done.unwrap();
                let is_told = matches!(
                    outcome,
                    Subscribed::In(_) | Subscribed::NotPermitted | Subscribed::Ended
                );
                assert!(is_told, "{when}: {outcome:?}");
                break;
            }
        }
        if was_over {
            break;
        }
    }
    assert!(cases > 10, "{cases} cases only");
}

#[tokio::test]
async fn who_may_watch_subscribes_and_who_may_not_leaves_no_trace() {
    let case = Case::new().await;
    let Subscribed::In(shard) = case.subscribe().await.unwrap() else {
        panic!("not subscribed");
    };
    let again = case.subscribe().await.unwrap();
    assert_eq!(again, Subscribed::In(shard));
    let found = case.store.shard(case.topic, shard).await.unwrap();
    assert_eq!(found, [case.id.as_str()]);

    let case = Case::new().await;
    case.is_permitted.set(false);
    let refused = case.subscribe().await.unwrap();
    assert_eq!(refused, Subscribed::NotPermitted);
    let connection = case.store.connection(&case.id).await.unwrap().unwrap();
    assert!(connection.topics.is_empty());
    case.assert_in_no_shard("not permitted").await;
}
