//! The complete logs of functions.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};
use tests::{Credentials, Method, Stack};

/// The most entries in an answer.
const MOST: usize = 10_000;

/// The content of `stack.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listing {
    /// Lambda names by function name.
    pub(crate) functions: BTreeMap<String, String>,
    /// The folder of all mails.
    pub(crate) mail_dir: PathBuf,
    /// The seeded accounts.
    pub(crate) admin: Credentials,
    pub(crate) organizer: Credentials,
    /// The folder of `stack.json`.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
}

/// A line of a function's log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    /// The function's own name.
    pub(crate) function: String,
    pub(crate) message: String,
    /// Milliseconds since 1970.
    at: u64,
    stream: String,
}

impl Listing {
    /// Reads the listing of the stack in the environment's variable.
    pub(crate) fn of_this_run() -> Self {
        let path = PathBuf::from(std::env::var_os("EM_CONNECT_STACK").unwrap());
        let mut listing: Self = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        listing.folder.push(path.parent().unwrap());
        listing
    }
}

impl Entry {
    /// Returns the name of the entry: its `message`, `metrics`, or a name for lines that are not entries of ours.
    pub(crate) fn name(&self) -> String {
        let entry: Value = serde_json::from_str(&self.message).unwrap_or_default();
        let name = match entry["message"].as_str() {
            Some(name) => name,
            None if entry["_aws"].is_object() => "metrics",
            None => "a line that is no entry",
        };
        format!("{}: {name}", self.function)
    }
}

/// Returns everything that a function logged. The emulator returns a limited number of entries, and no token for the rest, so
/// each read begins at the end of the one before; entries that both contain are kept once.
pub(crate) async fn entries_of(stack: &Stack, function: &str, lambda: &str) -> Vec<Entry> {
    let (mut all, mut seen, mut begin) = (Vec::new(), HashSet::new(), 0);
    loop {
        let input = json!({"logGroupName": format!("/aws/lambda/{lambda}"), "startTime": begin});
        let call = stack.aws().call(Method::POST, "/");
        let call = call
            .header("authorization", &Stack::authorization("logs"))
            .header("x-amz-target", "Logs_20140328.FilterLogEvents")
            .header("content-type", "application/x-amz-json-1.1");
        let answer = call.body(input.to_string()).send().await;
        assert_eq!(answer.status, 200, "{answer}");
        let mut entries = parsed(function, &answer.json);
        // Streams of parallel processes come one after the other.
        entries.sort_by_key(|entry| entry.at);
        begin = entries.last().map_or(0, |entry| entry.at);
        let is_last = entries.len() < MOST;
        entries.retain(|entry| seen.insert(entry.clone()));
        let is_stuck = entries.is_empty();
        all.extend(entries);
        if is_last || is_stuck {
            return all;
        }
    }
}

fn parsed(function: &str, answer: &Value) -> Vec<Entry> {
    let events = answer["events"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let entry = |event: &Value| Entry {
        function: function.to_owned(),
        message: text(&event["message"]),
        at: event["timestamp"].as_u64().unwrap_or_default(),
        stream: text(&event["logStreamName"]),
    };
    events.map(entry).collect()
}

/// Returns entries of a function, for tests of their readers.
pub(crate) fn entries_with(function: &str, messages: &[&str]) -> Vec<Entry> {
    let events: Vec<_> = messages
        .iter()
        .map(|message| json!({"timestamp": 1, "message": message}))
        .collect();
    parsed(function, &json!({ "events": events }))
}
