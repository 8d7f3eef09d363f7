//! Direct reads and writes of the table outside the public contract. Tests use them to inspect the stored connections of
//! viewers, to delete statistics, and to write items as earlier deployments stored them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::inside::Request;
use crate::{Event, Stack};

impl Stack {
    /// Returns the number of connections that are stored as subscribed to the event or to its door.
    pub async fn stored_viewers_of(&self, event: &Event) -> usize {
        self.connections_of(event).await.len()
    }

    /// Returns the ids of the connections that are stored as subscribed to the event or to its door.
    pub async fn connections_of(&self, event: &Event) -> Vec<String> {
        let mut ids = Vec::new();
        for topic in [
            bare_id(event).to_owned(),
            format!("{}#door", bare_id(event)),
        ] {
            let pk = format!("TOPIC#{topic}");
            for topic in self.query(&pk, "TOPIC").await {
                let shards = topic["shards"]["N"].as_str().unwrap_or_default();
                for shard in 0..shards.parse().unwrap_or(0_u32) {
                    for shard in self.query(&format!("{pk}#{shard}"), "SHARD").await {
                        let connections = shard["connections"]["SS"].as_array();
                        let connections = connections.into_iter().flatten();
                        ids.extend(connections.filter_map(Value::as_str).map(str::to_owned));
                    }
                }
            }
        }
        ids
    }

    /// Deletes all statistics of an event.
    pub async fn lose_stats_of(&self, event: &Event) {
        let pages = self
            .query(&format!("STATS#{}", bare_id(event)), "DAY#")
            .await;
        assert!(!pages.is_empty(), "nothing was counted of {}", event.id);
        for page in pages {
            self.delete_item(&page).await;
        }
    }

    /// Writes a door staff item for a user who may have no account. Earlier versions could leave such an item behind.
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
            self.put_item(item).await;
        }
    }

    /// Makes the invitation to the event's door staff expire, as if it was made long ago. Its item stays, because time to live
    /// deletes items late.
    pub async fn expire_invitation(&self, event: &Event) {
        let pk = format!("EVENT#{}", bare_id(event));
        let mut items = self.query(&pk, "INVITATION").await;
        assert_eq!(items.len(), 1, "{items:?}");
        let mut item = items.remove(0);
        let a_minute_ago = jiff::Timestamp::now().as_second() - 60;
        item["expiresAt"] = json!({"N": a_minute_ago.to_string()});
        self.put_item(item).await;
    }

    async fn put_item(&self, item: Value) {
        match self.server() {
            Some(server) => drop(server.ask(&Request::Put { item })),
            None => drop(self.dynamodb("PutItem", json!({ "Item": item })).await),
        }
    }

    /// Returns the items of a partition whose sort keys have this prefix.
    async fn query(&self, pk: &str, sk: &str) -> Vec<Value> {
        if let Some(server) = self.server() {
            let (pk, sk) = (pk.to_owned(), sk.to_owned());
            let items = server.ask(&Request::Query { pk, sk });
            return items.as_array().cloned().unwrap_or_default();
        }
        let mut query = json!({
            "ConsistentRead": true,
            "KeyConditionExpression": "#pk = :pk AND begins_with(#sk, :sk)",
            "ExpressionAttributeNames": {"#pk": "pk", "#sk": "sk"},
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":sk": {"S": sk}},
        });
        let mut items = Vec::new();
        loop {
            let page = self.dynamodb("Query", query.clone()).await;
            items.extend(page["Items"].as_array().into_iter().flatten().cloned());
            match page.get("LastEvaluatedKey") {
                Some(key) => query["ExclusiveStartKey"] = key.clone(),
                None => return items,
            }
        }
    }

    async fn delete_item(&self, item: &Value) {
        let text = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
        let (pk, sk) = (text("pk"), text("sk"));
        if let Some(server) = self.server() {
            server.ask(&Request::Delete { pk, sk });
            return;
        }
        let key = json!({"pk": {"S": pk}, "sk": {"S": sk}});
        self.dynamodb("DeleteItem", json!({ "Key": key })).await;
    }

    async fn dynamodb(&self, operation: &str, mut request: Value) -> Value {
        request["TableName"] = json!(self.emulator().table_name());
        let answer = self
            .aws()
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

/// Returns an event's id without its prefix, as keys of the table contain it.
fn bare_id(event: &Event) -> &str {
    event.id.trim_start_matches("evt_")
}
