//! The one look behind the contract: what is left in the table of those who watched.

use reqwest::Method;
use serde_json::json;

use crate::{Event, Stack};

/// Credentials of an emulator name the service only.
const AS_DYNAMODB: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";

impl Stack {
    /// Connections that are stored as subscribed to the event.
    pub async fn stored_viewers_of(&self, event: &Event) -> usize {
        let id = event.id.trim_start_matches("evt_");
        let scan = json!({
            "TableName": self.table_name(),
            "ConsistentRead": true,
            "FilterExpression": "begins_with(#pk, :shards) AND #sk = :shard",
            "ExpressionAttributeNames": {"#pk": "pk", "#sk": "sk"},
            "ExpressionAttributeValues": {":shards": {"S": format!("TOPIC#{id}#")}, ":shard": {"S": "SHARD"}},
        });
        let mut stored = 0;
        let mut from = None;
        loop {
            let mut page = scan.clone();
            if let Some(key) = from {
                page["ExclusiveStartKey"] = key;
            }
            let page = self
                .emulator()
                .call(Method::POST, "/")
                .header("authorization", AS_DYNAMODB)
                .header("x-amz-target", "DynamoDB_20120810.Scan")
                .header("content-type", "application/x-amz-json-1.0")
                .body(page.to_string())
                .send()
                .await;
            assert_eq!(page.status, 200, "{page}");
            let shards = page.json["Items"].as_array().into_iter().flatten();
            let connections = shards.filter_map(|shard| shard["connections"]["SS"].as_array());
            stored += connections.map(Vec::len).sum::<usize>();
            match page.json.get("LastEvaluatedKey") {
                Some(key) => from = Some(key.clone()),
                None => return stored,
            }
        }
    }
}
