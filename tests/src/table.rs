//! The looks behind the contract, and the hands: what is left in the table of those who watched, statistics that are made
//! wrong, and rows that earlier deployments left.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Event, Stack};

impl Stack {
    /// How many connections are stored as subscribed to the event.
    pub async fn stored_viewers_of(&self, event: &Event) -> usize {
        self.connections_of(event).await.len()
    }

    /// The ids of the connections that are stored as subscribed to the event.
    pub async fn connections_of(&self, event: &Event) -> Vec<String> {
        let shards = self
            .scan(json!({
                "FilterExpression": "begins_with(#pk, :shards) AND #sk = :shard",
                "ExpressionAttributeNames": {"#pk": "pk", "#sk": "sk"},
                "ExpressionAttributeValues": {
                    ":shards": {"S": format!("TOPIC#{}#", bare_id(event))}, ":shard": {"S": "SHARD"},
                },
            }))
            .await;
        let connections = shards
            .iter()
            .filter_map(|shard| shard["connections"]["SS"].as_array());
        let ids = connections.flatten().filter_map(Value::as_str);
        ids.map(str::to_owned).collect()
    }

    /// Loses all that was ever counted of an event.
    pub async fn lose_stats_of(&self, event: &Event) {
        let pages = self
            .scan(json!({
                "FilterExpression": "#pk = :stats AND begins_with(#sk, :day)",
                "ExpressionAttributeNames": {"#pk": "pk", "#sk": "sk"},
                "ExpressionAttributeValues": {
                    ":stats": {"S": format!("STATS#{}", bare_id(event))}, ":day": {"S": "DAY#"},
                },
            }))
            .await;
        assert!(!pages.is_empty(), "nothing was counted of {}", event.id);
        for page in pages {
            let key = json!({"pk": page["pk"], "sk": page["sk"]});
            self.dynamodb("DeleteItem", json!({ "Key": key })).await;
        }
    }

    /// Writes a row of door staff for a user who may have no account, as it could be left before accounts were checked.
    pub async fn leave_staff_row(&self, event: &Event, user_id: &str) {
        let (event_id, bare_user) = (bare_id(event), user_id.trim_start_matches("usr_"));
        for (pk, sk) in [
            (format!("EVENT#{event_id}"), format!("STAFF#{bare_user}")),
            (format!("USER#{bare_user}"), format!("STAFF#{event_id}")),
        ] {
            let item = json!({
                "pk": {"S": pk}, "sk": {"S": sk},
                "eventId": {"S": event.id}, "userId": {"S": user_id},
            });
            self.dynamodb("PutItem", json!({ "Item": item })).await;
        }
    }

    async fn scan(&self, mut scan: Value) -> Vec<Value> {
        scan["ConsistentRead"] = json!(true);
        let mut items = Vec::new();
        loop {
            let page = self.dynamodb("Scan", scan.clone()).await;
            items.extend(page["Items"].as_array().into_iter().flatten().cloned());
            match page.get("LastEvaluatedKey") {
                Some(key) => scan["ExclusiveStartKey"] = key.clone(),
                None => return items,
            }
        }
    }

    async fn dynamodb(&self, operation: &str, mut request: Value) -> Value {
        request["TableName"] = json!(self.table_name());
        let answer = self
            .emulator()
            .call(Method::POST, "/")
            .header("authorization", &Self::authorization("dynamodb"))
            .header("x-amz-target", &format!("DynamoDB_20120810.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .body(request.to_string())
            .send()
            .await;
        assert_eq!(answer.status, 200, "{answer}");
        answer.json
    }
}

/// An event's id as keys have it.
fn bare_id(event: &Event) -> &str {
    event.id.trim_start_matches("evt_")
}
