//! A table that holds one account, and writes down what it is asked to do: which calls a request makes, and what they
//! say. Whether they do what they say, the tests on a real table tell.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use domain::{
    id::UserId,
    mail_code::{MailCode, PendingCode, Purpose},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use super::{Shared, app, away::read_request};

/// The address of the account.
pub(super) const EMAIL: &str = "ada@example.org";
/// The account: the one of [`super::token`].
pub(super) const USER: &str = "usr_01h455vb4pex5vsknk084sn02q";
const KEY: &str = "USER#01h455vb4pex5vsknk084sn02q";

/// The API over the table, and what the table was asked.
pub(super) struct OneAccount {
    pub(super) app: Shared,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

/// An account, in the table's JSON, that is not verified and has no code.
pub(super) fn account() -> Value {
    json!({
        "id": {"S": USER}, "email": {"S": EMAIL}, "name": {"S": "Ada"}, "role": {"S": "user"},
        "emailVerified": {"BOOL": false}, "createdAt": {"S": "2026-11-01T00:00:00Z"}, "passwordHash": {"S": "none"},
    })
}

/// The API over a table that holds the account of [`super::token`], with the role of an organizer.
pub(super) async fn app_of_an_organizer() -> Shared {
    let mut account = account();
    account["role"] = json!({"S": "organizer"});
    OneAccount::holding(account).await.app
}

/// A code in the table's JSON.
pub(super) fn stored(pending: PendingCode) -> Value {
    json!({"M": {
        "issuedAt": {"S": pending.issued_at.to_string()}, "wrongTries": {"N": pending.wrong_tries.to_string()},
    }})
}

/// A code that was issued so many seconds ago.
pub(super) fn issued_ago(seconds: i64) -> PendingCode {
    let at = Timestamp::now().as_millisecond() - seconds * 1_000;
    PendingCode::issued(Timestamp::from_millisecond(at).unwrap())
}

impl OneAccount {
    /// The API over a table that holds `account`.
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

    /// The code that the account was issued.
    pub(super) fn code(&self, purpose: Purpose, pending: PendingCode) -> String {
        let user: UserId = USER.parse().unwrap();
        MailCode::derive(&self.app.signing(), purpose, user, pending.issued_at).to_string()
    }

    /// The names of the calls that were made.
    pub(super) fn calls(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .map(|(operation, _)| operation.clone())
            .collect()
    }

    /// The only call of an operation that writes.
    pub(super) fn write_of(&self, operation: &str) -> Written {
        let asked = self.asked.lock().unwrap();
        let mut of_it = asked.iter().filter(|(name, _)| name == operation);
        let (Some((_, body)), None) = (of_it.next(), of_it.next()) else {
            panic!("not one {operation}");
        };
        Written::of(body)
    }

    /// The last call, which is a write.
    pub(super) fn last_write(&self) -> Written {
        let asked = self.asked.lock().unwrap();
        let (operation, body) = asked.last().unwrap();
        assert_eq!(operation, "updateitem", "{body}");
        Written::of(body)
    }
}

/// A write that the table was asked for.
pub(super) struct Written {
    /// Whether it is of the account.
    pub(super) is_of_account: bool,
    /// What it changes, with the names of attributes.
    pub(super) changes: String,
    /// The values that attributes are set to, by attribute.
    pub(super) set: BTreeMap<String, Value>,
    /// The values that attributes must have, by attribute.
    pub(super) expected: BTreeMap<String, Value>,
}

impl Written {
    fn of(body: &Value) -> Self {
        let named = |word: &str| {
            let segments = word.split('.').map(|segment| {
                let name = body["ExpressionAttributeNames"][segment].as_str();
                name.unwrap_or(segment)
            });
            segments.collect::<Vec<_>>().join(".")
        };
        // The words of an expression, without what only structures it.
        let words = |member: &str| -> Vec<String> {
            let expression = body[member].as_str().unwrap_or_default();
            let bare = expression.replace(['(', ')', ','], " ");
            bare.split_whitespace().map(named).collect()
        };
        let equal = |words: &[String]| {
            let equations = words.windows(3).filter(|equation| equation[1] == "=");
            let values = equations.filter_map(|equation| {
                let value = body["ExpressionAttributeValues"].get(&equation[2])?;
                Some((equation[0].clone(), value.clone()))
            });
            values.collect()
        };
        let changes = words("UpdateExpression");
        Self {
            is_of_account: body["Key"]["pk"]["S"] == KEY,
            set: equal(&changes),
            expected: equal(&words("ConditionExpression")),
            changes: changes.join(" "),
        }
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
