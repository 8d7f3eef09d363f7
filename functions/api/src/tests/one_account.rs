//! A table for tests. It has one account, and records the name and the body of each call. Tests on a real table check the
//! effects of the calls.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use domain::{
    accounts::mail_code::{MailCode, PendingCode, Purpose},
    id::UserId,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use super::{Shared, app, away::read_request};

/// The email address of the account.
pub(super) const EMAIL: &str = "ada@example.org";
/// The id of the account. Tokens of [`super::token`] are for this account.
pub(super) const USER: &str = "usr_01h455vb4pex5vsknk084sn02q";
const KEY: &str = "USER#01h455vb4pex5vsknk084sn02q";

/// The API with the table of one account, and the calls that the table recorded.
pub(super) struct OneAccount {
    pub(super) app: Shared,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

/// Returns an account in the table's JSON. Its address is not verified, and it has no code.
pub(super) fn account() -> Value {
    json!({
        "id": {"S": USER}, "email": {"S": EMAIL}, "name": {"S": "Ada"}, "role": {"S": "user"},
        "emailVerified": {"BOOL": false}, "createdAt": {"S": "2026-11-01T00:00:00Z"}, "passwordHash": {"S": "none"},
    })
}

/// Returns the API with a table that has the account of [`super::token`], in the role of an organizer.
pub(super) async fn app_of_an_organizer() -> Shared {
    let mut account = account();
    account["role"] = json!({"S": "organizer"});
    OneAccount::holding(account).await.app
}

/// Returns a pending code in the table's JSON.
pub(super) fn stored(pending: PendingCode) -> Value {
    json!({"M": {
        "issuedAt": {"S": pending.issued_at.to_string()}, "wrongTries": {"N": pending.wrong_tries.to_string()},
    }})
}

/// Returns a pending code that was issued `seconds` ago.
pub(super) fn issued_ago(seconds: i64) -> PendingCode {
    let at = Timestamp::now().as_millisecond() - seconds * 1_000;
    PendingCode::issued(Timestamp::from_millisecond(at).unwrap())
}

impl OneAccount {
    /// Makes the API with a table that has only `account`.
    pub(super) async fn holding(account: Value) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = asked.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let (head, body) = read_request(&mut connection).await;
                let operation = head
                    .split_once("x-amz-target: dynamodb_20120810.")
                    .and_then(|(_, rest)| rest.lines().next())
                    .unwrap_or_default()
                    .to_owned();
                let body: Value = serde_json::from_str(&body).unwrap_or_default();
                let answer = answer(&operation, &body, &account).to_string();
                noted.lock().unwrap().push((operation, body));
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\nconnection: close\r\ncontent-length: {}",
                    answer.len()
                );
                let _ = connection
                    .write_all(format!("{head}\r\n\r\n{answer}").as_bytes())
                    .await;
            }
        });
        Self {
            app: app(&address),
            asked,
        }
    }

    /// Returns the text of the pending code, as the mail to the account shows it.
    pub(super) fn code(&self, purpose: Purpose, pending: PendingCode) -> String {
        let user: UserId = USER.parse().unwrap();
        MailCode::derive(&self.app.signing(), purpose, user, pending.issued_at).to_string()
    }

    /// Returns the names of the recorded calls.
    pub(super) fn calls(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .map(|(operation, _)| operation.clone())
            .collect()
    }

    /// Returns the write of the only recorded call that has the name `operation`.
    pub(super) fn write_of(&self, operation: &str) -> Written {
        let asked = self.asked.lock().unwrap();
        let mut of_it = asked.iter().filter(|(name, _)| name == operation);
        let (Some((_, body)), None) = (of_it.next(), of_it.next()) else {
            panic!("not one {operation}");
        };
        Written::of(body)
    }

    /// Returns the write of the last recorded call.
    pub(super) fn last_write(&self) -> Written {
        let asked = self.asked.lock().unwrap();
        let (operation, body) = asked.last().unwrap();
        assert_eq!(operation, "updateitem", "{body}");
        Written::of(body)
    }
}

/// An update of an item. Its expressions contain names and values instead of aliases.
#[derive(Debug)]
pub(super) struct Written {
    /// Whether the updated item is the account.
    pub(super) is_of_account: bool,
    /// The update expression of the call.
    pub(super) update: String,
    /// The condition expression of the call.
    pub(super) condition: String,
    /// The values that the update sets, by the name of the attribute.
    pub(super) set: HashMap<String, Value>,
}

impl Written {
    fn of(body: &Value) -> Self {
        let alias = |text: &str| {
            let named = body["ExpressionAttributeNames"][text].as_str();
            let value = &body["ExpressionAttributeValues"][text];
            named.map_or_else(|| value.to_string(), str::to_owned)
        };
        let plain = |expression: &Value| {
            let mut plain = String::new();
            let mut rest = expression.as_str().unwrap_or_default();
            while let Some(at) = rest.find(['#', ':']) {
                let (before, from) = rest.split_at(at);
                let end = from[1..].find(|c: char| !c.is_ascii_alphanumeric());
                let (name, after) = from.split_at(end.map_or(from.len(), |end| end + 1));
                plain += before;
                plain += &alias(name);
                rest = after;
            }
            plain + rest
        };
        let update = body["UpdateExpression"].as_str().unwrap();
        let clauses = ["ADD ", "DELETE ", "REMOVE "];
        let end = clauses
            .iter()
            .filter_map(|clause| update.find(clause))
            .min();
        let sets = update[..end.unwrap_or(update.len())].trim();
        let assigned = sets.strip_prefix("SET ").unwrap_or_default().split(", ");
        let set = assigned.filter_map(|assigned| {
            let (name, value) = assigned.split_once(" = ")?;
            let value = &body["ExpressionAttributeValues"][value];
            (!value.is_null()).then(|| (alias(name), value.clone()))
        });
        Self {
            is_of_account: body["Key"]["pk"]["S"] == KEY,
            update: plain(&body["UpdateExpression"]),
            condition: plain(&body["ConditionExpression"]),
            set: set.collect(),
        }
    }

    /// Asserts that the condition contains this value.
    pub(super) fn assert_demands(&self, value: impl std::fmt::Display) {
        let value = json!({"S": value.to_string()}).to_string();
        assert!(self.condition.contains(&value), "{value} in {self:?}");
    }
}

fn answer(operation: &str, body: &Value, account: &Value) -> Value {
    if operation != "getitem" {
        return json!({});
    }
    match body["Key"]["pk"]["S"].as_str() {
        Some(KEY) => json!({"Item": account}),
        Some(address) if address == format!("EMAIL#{EMAIL}") => {
            json!({"Item": {"pk": {"S": address}, "userId": {"S": USER}}})
        }
        _ => json!({}),
    }
}
