//! The audit log, as administrators read it through the API.

use serde_json::{Value, json};

use crate::client::escaped;
use crate::{Answer, Client, User};

/// The path of the audit log in the API.
const AUDIT: &str = "/v1/admin/audit";

impl Client {
    /// Reads a page of the audit log; `query` lists the names and values of the query string.
    pub async fn audit(&self, query: &[(&str, &str)]) -> Answer {
        self.get(&audit_path(query)).await
    }

    /// Reads all entries of the audit log, page by page.
    pub async fn every_audit(&self, query: &[(&str, &str)], limit: usize) -> Vec<Value> {
        self.every_item(&audit_path(query), limit).await
    }

    /// Moves the messages in a queue's dead-letter queue back to the queue.
    pub async fn redrive(&self, queue: &str) -> Answer {
        self.post(
            &format!("/v1/admin/dead-letters/{queue}/redrive"),
            Value::Null,
        )
        .await
    }
}

fn audit_path(query: &[(&str, &str)]) -> String {
    let pairs = query
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() {
        AUDIT.to_owned()
    } else {
        format!("{AUDIT}?{}", pairs.join("&"))
    }
}

/// Returns the entry that the audit log must have for an action. The user `by`, who has the role `role`, did it with the call
/// that got `answer`. It changed the object of the type `kind` that has the id `id`. The entry's own `id` and `at` are `null`,
/// because no test can predict them.
pub fn audit_entry(
    (by, role): (&User, &str),
    action: &str,
    (kind, id): (&str, &str),
    answer: &Answer,
    detail: &Value,
) -> Value {
    json!({
        "id": null, "at": null, "actor": {"id": by.id(), "role": role}, "action": action, "object": {"type": kind, "id": id},
        "requestId": answer.request_id(), "detail": detail,
    })
}
