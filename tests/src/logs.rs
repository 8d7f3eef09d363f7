//! The logs, as an operator of em-connect reads them. On a deployed stack, tests read them through the JSON protocol of the
//! logs service. A server has one log, which tests read as a file.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, LONG_PATIENCE, Stack, eventually};

impl Stack {
    /// Returns the entries of a function's log that contain all of these words. On a server, the entries may be of any
    /// function.
    pub async fn log_entries(&self, function: &str, words: &[&str]) -> Vec<Value> {
        if let Some(server) = self.server() {
            let log = match std::fs::read_to_string(server.log()) {
                Ok(log) => log,
                Err(error) => panic!("{}: {error}", server.log().display()),
            };
            let has_all = |line: &&str| words.iter().all(|word| line.contains(word));
            return parsed(log.lines().filter(has_all));
        }
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let pattern = json!({"filterPattern": quoted.join(" ")});
        entries_in(&self.filter_log(function, pattern).await)
    }

    /// Calls `FilterLogEvents` for the log of a deployed function. `filter` contains the other fields of the request.
    pub async fn filter_log(&self, function: &str, mut filter: Value) -> Answer {
        let group = format!("/aws/lambda/{}", self.emulator().function_name(function));
        filter["logGroupName"] = group.into();
        let answer = self
            .aws()
            .call(Method::POST, "/")
            .header("authorization", &Self::authorization("logs"))
            .header("x-amz-target", "Logs_20140328.FilterLogEvents")
            .header("content-type", "application/x-amz-json-1.1")
            .body(filter.to_string())
            .send()
            .await;
        assert_eq!(answer.status, 200, "{answer}");
        answer
    }

    /// Waits for an entry of a function's log that contains these words and for which `holds` returns true. Returns the first
    /// such entry.
    pub async fn log_entry(
        &self,
        function: &str,
        words: &[&str],
        holds: impl Fn(&Value) -> bool,
    ) -> Value {
        eventually(LONG_PATIENCE, async || {
            let entries = self.log_entries(function, words).await;
            let count = entries.len();
            let mut entries = entries.into_iter();
            let found = entries.find(&holds);
            found.ok_or_else(|| format!("{count} others of {function} with {words:?}"))
        })
        .await
    }

    /// Waits for a function's log entry that has this metric and these words. Returns the entry, which contains the metric's
    /// value.
    pub async fn metric(&self, function: &str, name: &str, words: &[&str]) -> Value {
        let words = [&[name, "CloudWatchMetrics"], words].concat();
        let is_one = |entry: &Value| entry["_aws"].is_object() && !entry[name].is_null();
        self.log_entry(function, &words, is_one).await
    }
}

fn entries_in(answer: &Answer) -> Vec<Value> {
    let events = answer["events"].as_array();
    let messages = events
        .into_iter()
        .flatten()
        .filter_map(|event| event["message"].as_str());
    parsed(messages)
}

/// Returns those log messages that are JSON. The messages that Lambda itself writes are not JSON, so they are left out.
fn parsed<'a>(messages: impl Iterator<Item = &'a str>) -> Vec<Value> {
    messages
        .filter_map(|message| serde_json::from_str(message).ok())
        .collect()
}
