//! Answers the requests that the test suite sends to this program.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use embedded::Database;
use futures::executor::block_on;
use queues::{Broker as _, Consumer as _, Outgoing, Producer as _};
use serde_json::{Value, json};
use table::{Delete, Item, PK, Put, Query, SK, SingleWrite as _, Table as _, s};
use tests::inside::{Reply, Request, Seen, Sent};
use tests::unique;

/// Visibility timeout of the messages that a request of the suite inspects. During this time, no other receiver gets the
/// messages.
const LOOK: Duration = Duration::from_secs(5);

/// Returns the answer to a request, as one line of JSON.
pub(crate) fn to(database: &Database, line: &str) -> String {
    let answer = serde_json::from_str(line)
        .map_err(Into::into)
        .and_then(|request| block_on(answer(database, request)));
    let reply: Reply = answer.map_err(|error: Box<dyn Error>| error.to_string());
    json!(reply).to_string()
}

async fn answer(database: &Database, request: Request) -> Result<Value, Box<dyn Error>> {
    match request {
        Request::Send { queue, messages } => {
            database
                .send(&queue, messages.into_iter().map(outgoing).collect())
                .await?;
            Ok(Value::Null)
        }
        Request::InFlight { queue } => Ok(json!(database.depth(&queue).await?.in_flight)),
        Request::Look { queue } => Ok(json!(look(database, &queue).await?)),
        Request::Query { pk, sk } => {
            let mut items: Vec<Item> = Vec::new();
            let mut after = None;
            loop {
                let query = Query::table(pk.clone()).begins_with(sk.clone());
                let page = database.query(query.start(after)).await?;
                items.extend(page.items);
                after = page.last_key;
                if after.is_none() {
                    return Ok(serde_json::to_value(items)?);
                }
            }
        }
        Request::Put { item } => {
            let item: Item = serde_json::from_value(item)?;
            Put::of(item).write_to(database).await?;
            Ok(Value::Null)
        }
        Request::Delete { pk, sk } => {
            let key = Item::from([(PK.to_owned(), s(pk)), (SK.to_owned(), s(sk))]);
            Delete::of(key).write_to(database).await?;
            Ok(Value::Null)
        }
    }
}

fn outgoing(Sent { body, group }: Sent) -> Outgoing {
    Outgoing {
        body,
        deduplication_id: group.as_ref().map(|_| unique()),
        group,
        ..Outgoing::default()
    }
}

/// Receives all available messages of a queue, and makes them available again.
async fn look(database: &Database, queue: &str) -> Result<Vec<Seen>, Box<dyn Error>> {
    let mut seen = BTreeMap::new();
    let mut receipts = Vec::new();
    loop {
        let messages = database.receive(queue, LOOK).await?;
        if messages.is_empty() {
            break;
        }
        for message in messages {
            receipts.push(message.receipt);
            let letter = Seen {
                id: message.id.clone(),
                body: message.body,
                reason: message.reason.unwrap_or_default(),
            };
            seen.insert(message.id, letter);
        }
    }
    if !receipts.is_empty() {
        database.hide(queue, receipts, Duration::ZERO).await?;
    }
    Ok(seen.into_values().collect())
}
