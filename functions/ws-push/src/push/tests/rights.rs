//! Tests of rights that end while a connection is open. The tests create all items in their final state. So the stream reports
//! no end of rights, and the functions of a deployed stack do not react. API Gateway has none of these connections.

use domain::{
    accounts::{role::Role, user::User},
    id::{SessionId, UserId},
};
use fixtures::until_it_dies;
use store::{Account, SignIn};
use uuid::Uuid;

use super::*;
use stack::connection_id;

/// An event with an organizer, and a process of the push function.
struct Door {
    queue: OwnQueue,
    push: Push,
    organizer: UserId,
    topic: Topic,
}

impl Door {
    async fn new() -> Self {
        let place = Place::of_this_run();
        let queue = OwnQueue::make(&place).await;
        let push = stack::push(&place, &queue);
        let organizer = account(&push.store, Role::Organizer).await;
        let mut event = event(50);
        event.organizer.id = organizer;
        push.store.create_event(&event).await.unwrap();
        Self {
            queue,
            push,
            organizer,
            topic: Topic::door(event.id),
        }
    }

    /// Creates a user's connection, which belongs to this session. The connection watches the event and its door.
    async fn connection(&self, user_id: UserId, session: Option<Uuid>) -> String {
        let id = connection_id();
        let sign_in = SignIn { user_id, session };
        let store = &self.push.store;
        let opened = store
            .open_connection(&id, Some(sign_in), clock::now())
            .await;
        opened.unwrap();
        subscribe(store, &id, self.topic, 0).await;
        subscribe(store, &id, Topic::public(self.topic.event), 0).await;
        id
    }

    /// Creates a session for a user. The session has not ended.
    async fn session(&self, user: UserId) -> Option<Uuid> {
        let session = SessionId::from_uuid(Uuid::now_v7());
        let begun = self
            .push
            .store
            .begin_session(user, session, None, None, clock::now())
            .await;
        begun.unwrap();
        Some(session.uuid())
    }

    /// Returns the topics of a connection, or `None` if the connection was closed.
    async fn topics(&self, id: &str) -> Option<Vec<Topic>> {
        let connection = self.push.store.connection(id).await.unwrap()?;
        let mut topics: Vec<_> = connection.topics.into_keys().collect();
        topics.sort();
        Some(topics)
    }

    async fn is_in_shard(&self, topic: Topic, id: &str) -> bool {
        let found = self.push.store.shard(topic, 0).await.unwrap();
        found.iter().any(|found| found == id)
    }

    fn end_of(&self, id: &str) -> LiveDue {
        LiveDue::Connection {
            topic: self.topic,
            shard: 0,
            connection_id: id.to_owned(),
            reply: Reply::Forbidden,
        }
    }

    /// Asserts that the connection's subscription to the door has ended, that a message reports this to its client, and that
    /// its other subscription has not ended. After a crash between the two writes that end a subscription, the connection stays
    /// in its shard until that message is handled.
    async fn assert_left_the_door(&self, id: &str, when: &str) {
        let public = Topic::public(self.topic.event);
        assert_eq!(self.topics(id).await, Some(vec![public]), "{when}");
        assert!(self.is_in_shard(public, id).await, "{when}");
        let mut sent: Vec<_> = self.queue.take().await.iter().map(due).collect();
        // If a step is repeated, the same message may be sent twice.
        sent.dedup();
        assert_eq!(sent, [self.end_of(id)], "{when}");
        self.push.deliver(&message(&self.end_of(id))).await.unwrap();
        assert!(!self.is_in_shard(self.topic, id).await, "{when}");
    }

    /// Asserts that the connection no longer exists. Entries that a crashed process left in shards are not checked, because the
    /// next frame removes them.
    async fn assert_closed(&self, user: UserId, id: &str, when: &str) {
        assert_eq!(self.topics(id).await, None, "{when}");
        let listed = self.push.store.connections_of(user).await.unwrap();
        assert!(listed.is_empty(), "{when}: {listed:?}");
    }
}

/// Returns a message that requests a check of the rights on a connection.
fn rights(user_id: UserId, id: &str) -> Message {
    let mut rights = message(&LiveDue::Rights {
        user_id,
        connection_id: id.to_owned(),
    });
    rights.id = Uuid::now_v7().to_string();
    rights
}

async fn account(store: &Store, role: Role) -> UserId {
    let id = UserId::from_uuid(Uuid::now_v7());
    let user = User {
        role,
        ..fixtures::user(id)
    };
    let account = Account::new(user, String::new());
    store
        .create_account(&account, &(&account.user.email).into(), "test")
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn wherever_the_function_dies_a_subscription_without_a_right_ends_and_its_client_is_told() {
    let door = Door::new().await;
    let stranger = account(&door.push.store, Role::User).await;
    let session = door.session(stranger).await;
    for waits in 0.. {
        let id = door.connection(stranger, session).await;
        let message = rights(stranger, &id);
        let whole = until_it_dies(door.push.deliver(&message), waits).await;
        door.push.deliver(&message).await.unwrap();
        let when = format!("died after {waits} waits");
        door.assert_left_the_door(&id, &when).await;
        if let Some(handled) = whole {
            handled.unwrap();
            break;
        }
    }
    door.queue.delete().await;
}

#[tokio::test]
async fn who_may_still_watch_the_door_goes_on() {
    let door = Door::new().await;
    let user = door.organizer;
    let id = door.connection(user, door.session(user).await).await;
    for _ in 0..2 {
        door.push.deliver(&rights(user, &id)).await.unwrap();
        assert_eq!(door.topics(&id).await.unwrap().len(), 2);
        assert!(door.is_in_shard(door.topic, &id).await);
        assert!(door.queue.take().await.is_empty());
    }
    door.queue.delete().await;
}

#[tokio::test]
async fn a_connection_whose_session_is_over_or_unknown_is_closed_wherever_the_function_dies() {
    let door = Door::new().await;
    let nobody = UserId::from_uuid(Uuid::now_v7());
    for (user, session, why) in [
        (door.organizer, Some(Uuid::now_v7()), "no such session"),
        (door.organizer, None, "a token of an earlier release"),
        (nobody, Some(Uuid::now_v7()), "an erased account"),
    ] {
        for waits in 0.. {
            let id = door.connection(user, session).await;
            let message = rights(user, &id);
            let whole = until_it_dies(door.push.deliver(&message), waits).await;
            door.push.deliver(&message).await.unwrap();
            let when = format!("{why}, died after {waits} waits");
            door.assert_closed(user, &id, &when).await;
            if let Some(handled) = whole {
                handled.unwrap();
                assert!(!door.is_in_shard(door.topic, &id).await, "{when}");
                break;
            }
        }
    }
    assert!(door.queue.take().await.is_empty());
    door.queue.delete().await;
}
