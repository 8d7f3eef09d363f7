//! What the functions logged.

use std::collections::HashSet;

use anyhow::Result;
use serde_json::Value;

use crate::aws::Aws;

/// One line of a function's log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct LogEvent {
    /// Milliseconds since 1970.
    pub(crate) at: u64,
    /// Folder name of the function.
    pub(crate) function: String,
    pub(crate) message: String,
    stream: String,
}

/// Everything that a function logged since then, oldest first. `lambda` is its name on Lambda.
pub(crate) fn since(aws: &Aws, function: &str, lambda: &str, millis: u64) -> Result<Vec<LogEvent>> {
    let group = format!("/aws/lambda/{lambda}");
    let start = millis.to_string();
    let answer = aws.json(&[
        "logs",
        "filter-log-events",
        "--log-group-name",
        &group,
        "--start-time",
        &start,
    ])?;
    let mut events = parse(&answer, function);
    // Streams of parallel processes arrive one after the other.
    events.sort_by_key(|event| event.at);
    Ok(events)
}

/// Everything that a function ever logged, oldest first. The emulator gives so many entries at a time, and no token for the
/// rest, so each look begins where the one before ended; what both show is there once, even if it was logged twice.
pub(crate) fn all(aws: &Aws, function: &str, lambda: &str) -> Result<Vec<LogEvent>> {
    const MOST_OF_A_LOOK: usize = 10_000;
    let mut unseen = Unseen::default();
    let mut all = Vec::new();
    let mut begin = 0;
    loop {
        let events = since(aws, function, lambda, begin)?;
        let (count, last) = (events.len(), events.last().map_or(0, |event| event.at));
        let news = unseen.of(events, last);
        if count < MOST_OF_A_LOOK || news.is_empty() {
            all.extend(news);
            return Ok(all);
        }
        all.extend(news);
        begin = last;
    }
}

/// The last lines that a function itself logged, for an error message; never an error itself.
pub(crate) fn tail(aws: &Aws, function: &str, lambda: &str, count: usize) -> String {
    let events = match since(aws, function, lambda, 0) {
        Ok(events) => events,
        Err(error) => return format!("(the log cannot be read: {error:#})"),
    };
    let lines = events.iter().map(|event| event.message.trim_end());
    // Lambda's own lines name the request.
    let own: Vec<_> = lines.filter(|line| !line.contains("RequestId:")).collect();
    own[own.len().saturating_sub(count)..].join("\n")
}

fn parse(answer: &Value, function: &str) -> Vec<LogEvent> {
    let events = answer["events"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let event = |event: &Value| {
        Some(LogEvent {
            at: event["timestamp"].as_u64()?,
            function: function.to_owned(),
            message: event["message"].as_str()?.to_owned(),
            stream: event["logStreamName"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        })
    };
    events.iter().filter_map(event).collect()
}

/// Drops what was seen in an earlier look: consecutive looks overlap, because entries of the same
/// millisecond may come late.
#[derive(Debug, Default)]
pub(crate) struct Unseen {
    seen: HashSet<LogEvent>,
}

impl Unseen {
    /// The new ones. `oldest` is where the next look begins; what is older can be forgotten.
    pub(crate) fn of(&mut self, events: Vec<LogEvent>, oldest: u64) -> Vec<LogEvent> {
        let fresh = events
            .into_iter()
            .filter(|event| self.seen.insert(event.clone()))
            .collect();
        self.seen.retain(|event| event.at >= oldest);
        fresh
    }
}

/// Entries of a function, for tests of what reads them.
#[cfg(test)]
pub(crate) fn events_of(function: &str, messages: &[&str]) -> Vec<LogEvent> {
    let event = |message| serde_json::json!({"timestamp": 1, "message": message});
    let events: Vec<_> = messages.iter().map(event).collect();
    parse(&serde_json::json!({ "events": events }), function)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn events(messages: &[(u64, &str)]) -> Vec<LogEvent> {
        let events: Vec<_> = messages
            .iter()
            .map(|(at, text)| json!({"timestamp": at, "message": text}))
            .collect();
        parse(&json!({"events": events}), "api")
    }

    #[test]
    fn overlapping_looks_show_each_line_once() {
        let mut unseen = Unseen::default();
        assert_eq!(unseen.of(events(&[(1, "a"), (2, "b")]), 2).len(), 2);
        assert_eq!(
            unseen.of(events(&[(2, "b"), (2, "c")]), 2),
            events(&[(2, "c")])
        );
    }
}
