//! Tests of the emulator's counts (`xtask/emulator/counts.py`) with known calls. The capacity units must be those of "Capacity
//! unit consumption for operations" in the `DynamoDB` Developer Guide, because the benchmark and the cost tests rely on the
//! counts.
//!
//! Each test calls its own table, under a function name that no other test uses.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::{Value, json};
use tests::{Client, Method, PATIENCE, Stack, emulated, eventually, unique};

/// A number of calls, and the read units and write units that these calls consumed.
type Counted = (f64, f64, f64);

/// A `DynamoDB` table with an index, and the function name that every call of this table gives in its user agent.
struct Table {
    emulator: Client,
    name: String,
    application: String,
}

/// Returns an item with the sort key `sort` and a text of `size` bytes.
fn item(sort: &str, size: usize) -> Value {
    json!({"pk": {"S": "p"}, "sk": {"S": sort}, "text": {"S": "x".repeat(size)}})
}

fn key(sort: &str) -> Value {
    json!({"pk": {"S": "p"}, "sk": {"S": sort}})
}

fn with(mut object: Value, members: &Value) -> Value {
    let members = members.as_object().into_iter().flatten();
    for (name, value) in members {
        object[name] = value.clone();
    }
    object
}

impl Table {
    async fn new(stack: &Stack) -> Self {
        let name = unique().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let table = Self {
            emulator: stack.aws(),
            application: format!("counted-{name}"),
            name,
        };
        let schema = |prefix: &str| {
            json!([
                {"AttributeName": format!("{prefix}pk"), "KeyType": "HASH"},
                {"AttributeName": format!("{prefix}sk"), "KeyType": "RANGE"},
            ])
        };
        let attributes = ["pk", "sk", "gpk", "gsk"]
            .map(|name| json!({"AttributeName": name, "AttributeType": "S"}));
        let index = json!({"IndexName": "index", "KeySchema": schema("g"), "Projection": {"ProjectionType": "ALL"}});
        let made = json!({
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": schema(""),
            "AttributeDefinitions": attributes,
            "GlobalSecondaryIndexes": [index],
        });
        let made = table.call_as("somebody-else", "CreateTable", &made).await;
        assert!(made["TableDescription"].is_object(), "{made}");
        table
    }

    async fn call_as(&self, agent: &str, operation: &str, request: &Value) -> Value {
        let table = json!({"TableName": self.name});
        let call = self.emulator.call(Method::POST, "/");
        let call = call
            .header("x-amz-target", &format!("DynamoDB_20120810.{operation}"))
            .header("user-agent", agent)
            .header("authorization", &Stack::authorization("dynamodb"));
        let answer = call.json(&with(table, request)).send().await;
        answer.json
    }

    /// Calls a `DynamoDB` operation as a function of em-connect does. The function's SDK sends the function's name in the user
    /// agent.
    async fn call(&self, operation: &str, request: &Value) -> Value {
        let agent = format!("aws-sdk-rust/1.3 os/linux app/{}", self.application);
        self.call_as(&agent, operation, request).await
    }

    async fn put(&self, item: Value, more: Value) -> Value {
        self.call("PutItem", &with(json!({"Item": item}), &more))
            .await
    }

    /// Returns the emulator's counts of this table's calls. The key is the operation, the outcome, and the index. The index is
    /// an empty text if the call used none.
    async fn counted(&self) -> BTreeMap<(String, String, String), Counted> {
        let counts = self.emulator.get("/_em-connect/counts").await;
        let calls = counts["calls"].as_array().cloned().unwrap_or_default();
        let ours = calls
            .iter()
            .filter(|call| call["function"] == self.application);
        let text = |call: &Value, name: &str| call[name].as_str().unwrap_or_default().to_owned();
        let number = |call: &Value, name: &str| call[name].as_f64().unwrap_or(f64::NAN);
        let entry = |call: &Value| {
            assert_eq!(call["service"], "dynamodb", "{call}");
            let index = text(call, "on").replace(&self.name, "");
            (
                (text(call, "operation"), text(call, "outcome"), index),
                (
                    number(call, "calls"),
                    number(call, "readUnits"),
                    number(call, "writeUnits"),
                ),
            )
        };
        ours.map(entry).collect()
    }

    /// Waits until the emulator has counted exactly `expected` for `operation`, or for all operations. Polling is needed,
    /// because the emulator counts a call after it has sent the answer.
    async fn assert_counted(
        &self,
        operation: Option<&str>,
        expected: &[(&str, &str, &str, Counted)],
    ) {
        let expected = expected.iter();
        let expected: BTreeMap<_, _> = expected
            .map(|(operation, outcome, index, counted)| {
                let key = [*operation, *outcome, *index].map(str::to_owned);
                (key.into(), *counted)
            })
            .collect();
        eventually(PATIENCE, async || {
            let mut counted = self.counted().await;
            counted.retain(|(called, ..), _| operation.is_none_or(|wanted| called == wanted));
            if counted == expected {
                Ok(())
            } else {
                Err(format!("counted {counted:?}, not {expected:?}"))
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_write_costs_by_the_kilobyte_and_again_for_the_index() {
    let stack = emulated!("calls the emulator's DynamoDB");
    let table = Table::new(&stack).await;
    let said = table.put(item("a", 10), json!({})).await;
    assert!(said["ConsumedCapacity"].is_null(), "{said}");
    let indexed = json!({"gpk": {"S": "g"}, "gsk": {"S": "b"}});
    table.put(with(item("b", 2_000), &indexed), json!({})).await;
    table
        .assert_counted(
            None,
            &[
                ("PutItem", "ok", "", (2.0, 0.0, 3.0)),
                ("PutItem", "ok", "/index", (0.0, 0.0, 2.0)),
            ],
        )
        .await;
    // A caller that requests `ReturnConsumedCapacity` gets the consumed units in the answer.
    let asked = json!({"ReturnConsumedCapacity": "TOTAL"});
    let said = table.put(item("c", 10), asked).await;
    assert_eq!(said["ConsumedCapacity"]["CapacityUnits"], 1.0, "{said}");
}

#[tokio::test]
async fn a_condition_that_fails_costs_like_a_write() {
    let stack = emulated!("calls the emulator's DynamoDB");
    let table = Table::new(&stack).await;
    let if_new = json!({"ConditionExpression": "attribute_not_exists(pk)"});
    table.put(item("a", 1_500), json!({})).await;
    table.put(item("a", 10), if_new.clone()).await;
    let put = |sort: &str| {
        let put = json!({"TableName": table.name, "Item": item(sort, 10)});
        json!({"Put": with(put, &if_new)})
    };
    for _ in 0..2 {
        let transaction = json!({"TransactItems": [put("b"), put("c")]});
        table.call("TransactWriteItems", &transaction).await;
    }
    table
        .assert_counted(
            None,
            &[
                ("PutItem", "ok", "", (1.0, 0.0, 2.0)),
                (
                    "PutItem",
                    "ConditionalCheckFailedException",
                    "",
                    (1.0, 0.0, 2.0),
                ),
                // A transaction consumes twice as many units as a plain write, whether the transaction succeeds or fails.
                ("TransactWriteItems", "ok", "", (1.0, 0.0, 4.0)),
                (
                    "TransactWriteItems",
                    "TransactionCanceledException",
                    "",
                    (1.0, 0.0, 4.0),
                ),
            ],
        )
        .await;
}

#[tokio::test]
async fn a_read_costs_by_four_kilobytes_and_half_where_it_may_be_old() {
    let stack = emulated!("calls the emulator's DynamoDB");
    let table = Table::new(&stack).await;
    table.put(item("a", 5_000), json!({})).await;
    let (mut calls, mut units) = (0.0, 0.0);
    for (request, cost) in [
        (json!({"Key": key("a"), "ConsistentRead": true}), 2.0),
        (json!({"Key": key("a"), "ProjectionExpression": "sk"}), 1.0),
        (json!({"Key": key("none")}), 0.5),
    ] {
        table.call("GetItem", &request).await;
        units += cost;
        calls += 1.0;
        let expected = [("GetItem", "ok", "", (calls, units, 0.0))];
        table.assert_counted(Some("GetItem"), &expected).await;
    }
}

#[tokio::test]
async fn a_query_costs_what_was_read_whatever_was_left_out() {
    let stack = emulated!("calls the emulator's DynamoDB");
    let table = Table::new(&stack).await;
    for sort in ["0", "1", "2"] {
        let indexed = json!({"gpk": {"S": "g"}, "gsk": {"S": sort}});
        table
            .put(with(item(sort, 3_000), &indexed), json!({}))
            .await;
    }
    let said = table
        .call(
            "Query",
            &json!({
                "KeyConditionExpression": "#p = :p",
                "ExpressionAttributeNames": {"#p": "pk", "#t": "text"},
                "ExpressionAttributeValues": {":p": {"S": "p"}, ":t": {"S": "none"}},
                "FilterExpression": "#t = :t",
            }),
        )
        .await;
    assert_eq!(said["Count"], 0, "{said}");
    table
        .call(
            "Query",
            &json!({
                "IndexName": "index",
                "KeyConditionExpression": "gpk = :g",
                "ExpressionAttributeValues": {":g": {"S": "g"}},
                "Limit": 1,
            }),
        )
        .await;
    table
        .assert_counted(
            Some("Query"),
            &[
                // 9 KB of text and the attribute names fill three blocks of 4 KB.
                ("Query", "ok", "", (1.0, 1.5, 0.0)),
                ("Query", "ok", "/index", (1.0, 0.5, 0.0)),
            ],
        )
        .await;
}

#[tokio::test]
async fn many_calls_at_once_are_all_counted_and_those_of_nobody_are_not() {
    let stack = emulated!("calls the emulator's DynamoDB");
    let table = Table::new(&stack).await;
    let puts = (0..100_usize).map(|number| {
        let item = item(&number.to_string(), 100 + 1_024 * (number % 3));
        table.put(item, json!({}))
    });
    let refused = (0..50).map(|_| {
        let condition = json!({"ConditionExpression": "attribute_exists(absent)"});
        table.put(item("0", 10), condition)
    });
    join_all(puts.chain(refused)).await;
    let item = json!({"Item": item("a", 10)});
    table.call_as("aws-cli/2", "PutItem", &item).await;
    let units = (0..100_u32).map(|number| f64::from(1 + number % 3)).sum();
    table
        .assert_counted(
            None,
            &[
                ("PutItem", "ok", "", (100.0, 0.0, units)),
                (
                    "PutItem",
                    "ConditionalCheckFailedException",
                    "",
                    (50.0, 0.0, 50.0),
                ),
            ],
        )
        .await;
}

#[tokio::test]
async fn services_and_operations_have_their_names() {
    let stack = emulated!("calls the emulator's services");
    let application = format!(
        "named-{}",
        unique().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    );
    let emulator = stack.aws();
    let by_target = [
        "AmazonSQS.SendMessageBatch",
        "secretsmanager.GetSecretValue",
    ];
    let by_path = [
        (Method::POST, "/v2/email/outbound-emails"),
        (Method::PUT, "/schedules/a"),
        (Method::POST, "/_aws/execute-api/abc/live/@connections/xyz"),
    ];
    let calls = by_target.iter().map(|target| (Method::POST, "/", *target));
    let calls = calls.chain(by_path.map(|(method, path)| (method, path, "")));
    for (method, path, target) in calls {
        let mut call = emulator.call(method, path);
        if !target.is_empty() {
            call = call.header("x-amz-target", target);
        }
        // The outcome of this call does not matter, because the test only checks that the emulator counted the call.
        let call = call.header("user-agent", &format!("app/{application}"));
        call.json(&json!({})).send().await;
    }
    let counts = emulator.get("/_em-connect/counts").await;
    let calls = counts["calls"].as_array().cloned().unwrap_or_default();
    let ours = calls.iter().filter(|call| call["function"] == application);
    let mut named: Vec<_> = ours
        .map(|call| format!("{} {}", call["service"], call["operation"]).replace('"', ""))
        .collect();
    named.sort();
    assert_eq!(
        named,
        [
            "execute-api PostToConnection",
            "scheduler UpdateSchedule",
            "secretsmanager GetSecretValue",
            "ses SendEmail",
            "sqs SendMessageBatch",
        ]
    );
}
