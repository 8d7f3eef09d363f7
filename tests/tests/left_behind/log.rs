//! Reads the complete logs of functions.

use std::collections::HashSet;

use serde_json::{Value, json};
use tests::Stack;

/// Maximum number of entries in one answer of the emulator.
const MOST: usize = 10_000;

/// An entry in the log of a function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    /// The function's name in the template, such as `api`.
    pub(crate) function: String,
    pub(crate) message: String,
    /// The time of the entry, in milliseconds since 1970.
    at: u64,
    stream: String,
}

impl Entry {
    /// Returns a name for the kind of this entry: its `message`, the word `metrics`, or a fixed text for a line that our code
    /// did not write.
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

/// Returns all entries that a function logged. The emulator returns a limited number of entries and no token for the rest. So
/// each read begins at the time of the last entry of the previous read, and an entry that both reads return is added only once.
pub(crate) async fn entries_of(stack: &Stack, function: &str) -> Vec<Entry> {
    let (mut all, mut seen, mut begin) = (Vec::new(), HashSet::new(), 0);
    loop {
        let answer = stack
            .filter_log(function, json!({"startTime": begin}))
            .await;
        let mut entries = parsed(function, &answer.json);
        // The emulator returns the streams of parallel processes one after the other, so the entries are sorted by time.
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

/// Returns log entries of a function with these messages, for tests of the checks.
pub(crate) fn entries_with(function: &str, messages: &[&str]) -> Vec<Entry> {
    let events: Vec<_> = messages
        .iter()
        .map(|message| json!({"timestamp": 1, "message": message}))
        .collect();
    parsed(function, &json!({ "events": events }))
}
