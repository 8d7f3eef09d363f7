//! Tests the cost of publishing one change to ten thousand viewers. The table, the queue and API Gateway count the calls.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use aws_sdk_dynamodb::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{
            AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
        },
    },
    error::BoxError,
    operation::{
        get_item::{GetItemInput, GetItemOutput},
        query::{QueryInput, QueryOutput},
        update_item::{UpdateItemInput, UpdateItemOutput},
    },
    types::{AttributeValue, PutRequest, ReturnConsumedCapacity, WriteRequest},
};
use aws_sdk_sqs::operation::send_message_batch::SendMessageBatchInput;
use bootstrap::metrics::{Noted, emf::Emf};
use gateway::api_gateway::ApiGateway;
use queues::sqs::Sqs;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Handle,
    task::spawn_blocking,
};

use super::*;

const SHARDS: usize = 100;
const VIEWERS: usize = SHARDS * domain::live::CONNECTIONS_PER_SHARD;
/// The number of push processes that run concurrently. The test does not become faster with more processes.
const PROCESSES: usize = 2;
/// The maximum number of items in one `BatchWriteItem`.
const ITEMS_PER_CALL: usize = 25;

/// The cost of calls: for each operation, the number of attempts and the number of units or messages.
#[derive(Debug, Clone, Default)]
struct Bill(Arc<Mutex<BTreeMap<&'static str, (usize, f64)>>>);

impl Bill {
    fn add(&self, what: &'static str, calls: usize, units: f64) {
        let mut bill = self.0.lock().unwrap();
        let sum = bill.entry(what).or_default();
        sum.0 += calls;
        sum.1 += units;
    }

    /// Returns the cost of the calls since the last `take`.
    fn take(&self) -> BTreeMap<&'static str, (usize, f64)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Intercept for Bill {
    fn name(&self) -> &'static str {
        "Bill"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let asked = Some(ReturnConsumedCapacity::Total);
        let input = context.input_mut();
        if let Some(get) = input.downcast_mut::<GetItemInput>() {
            get.return_consumed_capacity = asked;
        } else if let Some(query) = input.downcast_mut::<QueryInput>() {
            query.return_consumed_capacity = asked;
        } else if let Some(update) = input.downcast_mut::<UpdateItemInput>() {
            update.return_consumed_capacity = asked;
        } else if let Some(send) = input.downcast_ref::<SendMessageBatchInput>() {
            let messages = u32::try_from(send.entries().len())?;
            self.add("SendMessageBatch", 1, messages.into());
        } else {
            self.add("others", 1, 0.0);
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else {
            self.add("failures", 1, 0.0);
            return Ok(());
        };
        let (what, consumed) = if let Some(got) = output.downcast_ref::<GetItemOutput>() {
            ("GetItem", got.consumed_capacity())
        } else if let Some(queried) = output.downcast_ref::<QueryOutput>() {
            ("Query", queried.consumed_capacity())
        } else if let Some(updated) = output.downcast_ref::<UpdateItemOutput>() {
            ("UpdateItem", updated.consumed_capacity())
        } else {
            return Ok(());
        };
        let units = consumed.and_then(|consumed| consumed.capacity_units);
        self.add(what, 1, units.ok_or("no capacity was returned")?);
        Ok(())
    }
}

/// Starts a fake API Gateway that accepts every frame. Returns its address, and the number of frames that each connection got.
async fn api_gateway() -> (String, Arc<Mutex<HashMap<String, usize>>>) {
    let sent = Arc::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let counts = Arc::clone(&sent);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            connection.set_nodelay(true).unwrap();
            tokio::spawn(take_posts(connection, Arc::clone(&counts)));
        }
    });
    (address, sent)
}

async fn take_posts(mut connection: TcpStream, sent: Arc<Mutex<HashMap<String, usize>>>) {
    let mut received = Vec::new();
    while connection.read_buf(&mut received).await.unwrap_or(0) > 0 {
        let text = String::from_utf8_lossy(&received);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let (line, headers) = head.split_once("\r\n").unwrap();
        let headers = headers.to_lowercase();
        let (_, length) = headers.split_once("content-length: ").unwrap();
        if body.len() < length.lines().next().unwrap().parse().unwrap() {
            continue;
        }
        assert!(body.starts_with(r#"{"type":"count""#), "{body}");
        let path = line.strip_prefix("POST /").unwrap();
        let (path, _) = path.split_once(' ').unwrap();
        let (_, id) = path.rsplit_once('/').unwrap();
        *sent.lock().unwrap().entry(id.to_owned()).or_default() += 1;
        received.clear();
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        connection.write_all(answer).await.unwrap();
    }
}

type Item = HashMap<String, AttributeValue>;

/// Returns the items of the topic and of its full shards. The test writes these items directly, because ten thousand
/// subscriptions would take too long.
fn watched(topic: Topic) -> Vec<Item> {
    let text = |text: String| AttributeValue::S(text);
    let number = |number: i64| AttributeValue::N(number.to_string());
    let now = clock::now().as_second();
    let pk = topic.to_string().replacen("evt_", "TOPIC#", 1);
    let item = |pk: String, sk: &str, rest: Vec<(&str, AttributeValue)>| {
        let key = [("pk", text(pk)), ("sk", text(sk.to_owned()))];
        let expires = ("expiresAt", number(now + 4 * 60 * 60));
        let attributes = key.into_iter().chain([expires]).chain(rest);
        attributes
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    };
    let state = vec![
        ("topic", text(topic.to_string())),
        ("shards", AttributeValue::N(SHARDS.to_string())),
        ("tick", number(now)),
    ];
    let shards = (0..SHARDS).map(|shard| {
        let ids = (0..VIEWERS / SHARDS).map(|no| viewer(shard, no)).collect();
        let connections = vec![("connections", AttributeValue::Ss(ids))];
        item(format!("{pk}#{shard}"), "SHARD", connections)
    });
    std::iter::once(item(pk.clone(), "TOPIC", state))
        .chain(shards)
        .collect()
}

/// Returns a connection id of the same length as those of API Gateway.
fn viewer(shard: usize, no: usize) -> String {
    format!("L0SM{shard:05}-{no:05}=")
}

async fn write(stack: &Stack, items: Vec<Item>) {
    let client = stack.dynamodb();
    for items in items.chunks(ITEMS_PER_CALL) {
        let puts = items.iter().map(|item| {
            let put = PutRequest::builder().set_item(Some(item.clone())).build();
            WriteRequest::builder().put_request(put.unwrap()).build()
        });
        let write = client.batch_write_item();
        let write = write.request_items(stack.text("tableName"), puts.collect());
        let written = write.send().await.unwrap();
        assert!(written.unprocessed_items.unwrap_or_default().is_empty());
    }
}

#[tokio::test]
async fn ten_thousand_viewers_are_told_in_two_reads_and_one_message_a_shard() {
    let stack = emulated!("counts calls of the clients of AWS");
    let place = Place::Deployed(Stack::deployed().unwrap());
    let queue = OwnQueue::make(&place).await;
    let (address, sent) = api_gateway().await;
    let bill = Bill::default();
    let table = aws_sdk_dynamodb::config::Builder::from(&stack.aws()).interceptor(bill.clone());
    let sqs = aws_sdk_sqs::config::Builder::from(&stack.aws()).interceptor(bill.clone());
    let sqs = aws_sdk_sqs::Client::from_conf(sqs.build());
    let push = Push {
        store: Store::on_dynamodb(
            aws_sdk_dynamodb::Client::from_conf(table.build()),
            stack.text("tableName"),
        ),
        gateway: Gateway::new(Arc::new(ApiGateway::new(&stack.aws(), &address))),
        metrics: Metrics::new(Emf::new("test")),
        queue: Queue::new(Arc::new(Sqs::new(sqs)), &queue.url),
    };

    let event = event(10_000);
    let topic = Topic::public(event.id);
    let plain = stack::push(&place, &queue).store;
    stack::make_draft(&plain, &event).await;
    plain.init_availability(&event).await.unwrap();
    write(&stack, watched(topic)).await;

    let tick = plain.topic(topic).await.unwrap().unwrap().tick;
    let event_id = event.id;
    let due = message(&LiveDue::Tick { event_id, tick });
    push.deliver(&due).await.unwrap();
    let for_the_tick = bill.take();

    let messages = queue.take().await;
    assert_eq!(messages.len(), SHARDS);
    let push = Arc::new(push);
    let processes = messages.chunks(SHARDS / PROCESSES).map(|messages| {
        let (push, messages) = (Arc::clone(&push), messages.to_vec());
        let runtime = Handle::current();
        spawn_blocking(move || runtime.block_on(handle(&push, &messages)))
    });
    for process in join_all(processes).await {
        process.unwrap();
    }
    let for_the_shards = bill.take();
    queue.delete().await;

    // To handle a tick, the function increases the topic's tick number, reads the counts, and publishes them.
    let expected = [
        ("GetItem", (1, 1.0)),
        ("Query", (1, 1.0)),
        ("SendMessageBatch", (10, 100.0)),
        ("UpdateItem", (2, 2.0)),
    ];
    assert_eq!(for_the_tick, BTreeMap::from(expected));
    // For each shard, the function reads the connections of the shard and the published counts.
    let expected = [("GetItem", (200, 200.0))];
    assert_eq!(for_the_shards, BTreeMap::from(expected));
    let sent = sent.lock().unwrap();
    assert_eq!(sent.len(), VIEWERS);
    assert!(sent.values().all(|times| *times == 1));
    let sent = Noted {
        metric: Metric::Frames { outcome: "sent" },
        values: vec![u64::try_from(VIEWERS).unwrap()],
    };
    assert_eq!(push.metrics.drain(), [sent]);
}

/// Handles messages one after another. On a busy machine, concurrent posts could time out and be repeated.
async fn handle(push: &Push, messages: &[Message]) {
    for message in messages {
        push.deliver(message).await.unwrap();
    }
}
