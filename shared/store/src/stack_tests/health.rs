//! Tests of pings in a table whose stream nobody reads. For the health check, this looks as if the relay had stopped.

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType},
};
use domain::{
    live::ping::{Ping, Stream},
    mail::sender::{Fault, SendOutcome, SenderNote},
};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::*;

use crate::{
    attribute::{PK, SK},
    key,
    stream::{self, Change},
};

/// A table that only one test uses. If the tests use a deployed stack, a test that succeeds deletes its table. The table of a
/// test that fails stays until the emulator stops.
struct Deaf {
    store: Store,
    deployed: Option<(Client, String)>,
}

impl Deaf {
    async fn new() -> Self {
        let Some(stack) = Stack::deployed() else {
            return Self {
                store: Store::new(fixtures::Embedded::alone()),
                deployed: None,
            };
        };
        let client = stack.dynamodb();
        let name = format!("deaf-{}", Uuid::now_v7());
        let attribute = |name| {
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S)
                .build()
                .unwrap()
        };
        let key = |name, kind| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .unwrap()
        };
        client
            .create_table()
            .table_name(&name)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(attribute(PK))
            .attribute_definitions(attribute(SK))
            .key_schema(key(PK, KeyType::Hash))
            .key_schema(key(SK, KeyType::Range))
            .send()
            .await
            .unwrap();
        let store = Store::on_dynamodb(client.clone(), name.clone());
        eventually("the table", async || store.ping().await.ok()).await;
        Self {
            store,
            deployed: Some((client, name)),
        }
    }

    async fn ask(&self, second: i64) -> Ping {
        self.store.ask_stream(at(second)).await.unwrap()
    }

    async fn end(self) {
        if let Some((client, name)) = self.deployed {
            let deleted = client.delete_table().table_name(name);
            deleted.send().await.unwrap();
        }
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_809_194_400 + second).unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn a_question_that_nobody_answers_for_a_minute_fails_the_stream() {
    let deaf = Deaf::new().await;
    let first = deaf.ask(0).await;
    assert_eq!(first.question.unwrap().asked_at, at(0));
    let age = Some(seconds(0));
    assert_eq!(first.stream(at(0)), Stream::Unknown { age });
    for second in [9, 10, 20, 60] {
        let stream = deaf.ask(second).await.stream(at(second));
        let age = Some(Duration::from_secs(second.unsigned_abs()));
        assert_eq!(stream, Stream::Unknown { age });
    }
    let age = seconds(61);
    assert_eq!(deaf.ask(61).await.stream(at(61)), Stream::Stalled { age });

    // The relay, which had stopped, works again. It receives all pings, some of them twice or late.
    for asked in [0, 10, 60, 20, 60] {
        deaf.store.answer_ping(at(asked), at(62)).await.unwrap();
    }
    let ping = deaf.ask(63).await;
    assert_eq!(ping.answered, Some(at(60)));
    let age = seconds(0);
    assert_eq!(ping.stream(at(63)), Stream::Flowing { age });
    deaf.end().await;
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_writes() {
    let deaf = Deaf::new().await;
    for second in [0, 10] {
        let moments = (0..20).map(|ms| at(second) + SignedDuration::from_millis(ms));
        let asked = moments.map(|now| deaf.store.ask_stream(now));
        let pings: Vec<_> = join_all(asked)
            .await
            .into_iter()
            .collect::<Result<_, _>>()
            .unwrap();
        let standing = deaf.ask(second + 1).await.question.unwrap();
        let wrote = pings.iter().filter(|ping| ping.question == Some(standing));
        // The concurrent calls may return this ping more than once: it is returned by the caller that wrote it, and by every
        // caller that reads after this write.
        assert!(wrote.count() >= 1);
        let of_now = |ping: &&Ping| {
            ping.question
                .is_some_and(|asked| asked.asked_at >= at(second))
        };
        assert!(
            pings
                .iter()
                .filter(of_now)
                .all(|ping| ping.question == Some(standing))
        );
    }
    deaf.end().await;
}

#[tokio::test]
async fn the_stream_knows_a_question_and_passes_over_its_answer() {
    let deaf = Deaf::new().await;
    deaf.ask(0).await;
    deaf.store.answer_ping(at(0), at(1)).await.unwrap();
    let image = async |key| {
        let found = deaf.store.get_item(key).await.unwrap();
        serde_dynamo::Item::from(found.unwrap())
    };
    let nothing = serde_dynamo::Item::default;
    let asked = stream::change(nothing(), image(key::ping()).await).unwrap();
    assert!(
        matches!(asked, Change::Asked { at: reported } if reported == at(0)),
        "{asked:?}"
    );
    let answered = stream::change(nothing(), image(key::pong()).await).unwrap();
    assert!(matches!(answered, Change::Other), "{answered:?}");
    deaf.end().await;
}

#[tokio::test]
async fn the_sender_is_remembered_by_its_last_mails() {
    let deaf = Deaf::new().await;
    let store = &deaf.store;
    assert_eq!(store.sender_note().await.unwrap(), SenderNote::default());
    let refused = SendOutcome::Refused(Fault::NotVerified);
    store.note_sender(refused, at(0)).await.unwrap();
    let note = store.sender_note().await.unwrap();
    assert_eq!(note.fault(), Some(Fault::NotVerified));
    store
        .note_sender(SendOutcome::Accepted, at(1))
        .await
        .unwrap();
    let note = store.sender_note().await.unwrap();
    assert_eq!(note.fault(), None);
    assert_eq!(note.accepted_at, Some(at(1)));
    assert_eq!(note.refused, Some((at(0), Fault::NotVerified)));
    deaf.end().await;
}
