//! What lies in the queues.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::client::Client;
use crate::stack::{Queue, Stack};
use crate::table::aligned;

const HEAD: [&str; 5] = ["", "waiting", "in flight", "delayed", "dead letters"];

/// A line for each queue.
pub(super) fn lines(stack: &Stack) -> Result<Vec<String>> {
    let emulator = Client::new(&stack.endpoint_url, Duration::from_secs(10));
    let mut rows = vec![HEAD.map(str::to_owned)];
    for (name, queue) in &stack.queues {
        rows.push(row(name, queue, |url| attributes(&emulator, url))?);
    }
    Ok(aligned(&rows))
}

fn attributes(emulator: &Client, url: &str) -> Result<Value> {
    let input = json!({"QueueUrl": url, "AttributeNames": ["All"]});
    let answer = emulator.call_aws("AmazonSQS.GetQueueAttributes", &input)?;
    let mut answer = answer.expect_status(200, "looking at a queue")?;
    Ok(answer.json["Attributes"].take())
}

fn row(name: &str, queue: &Queue, look: impl Fn(&str) -> Result<Value>) -> Result<[String; 5]> {
    let look = |url: &Option<String>| url.as_deref().map(&look).transpose();
    let (own, dead) = (look(&queue.url)?, look(&queue.dead_letter_url)?);
    let count = |attributes: &Option<Value>, key: &str| {
        let name = format!("ApproximateNumberOfMessages{key}");
        attributes.as_ref()?[name.as_str()]
            .as_str()?
            .parse::<u64>()
            .ok()
    };
    let shown =
        |count: Option<u64>| count.map_or_else(|| "-".to_owned(), |count| count.to_string());
    let letters = count(&dead, "").map(|waiting| waiting + count(&dead, "NotVisible").unwrap_or(0));
    Ok([
        name.to_owned(),
        shown(count(&own, "")),
        shown(count(&own, "NotVisible")),
        shown(count(&own, "Delayed")),
        shown(letters),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_letters_that_somebody_looks_at_count_too_and_a_queue_may_have_nothing_else() {
        let look = |url: &str| {
            let (waiting, in_flight) = if url == "dead" {
                ("3", "1")
            } else {
                ("12", "5")
            };
            Ok(json!({
                "ApproximateNumberOfMessages": waiting, "ApproximateNumberOfMessagesNotVisible": in_flight,
                "ApproximateNumberOfMessagesDelayed": "0",
            }))
        };
        let mut queue = Queue {
            url: Some("queue".to_owned()),
            dead_letter_url: Some("dead".to_owned()),
        };
        let cells = row("mail", &queue, look).unwrap();
        assert_eq!(cells, ["mail", "12", "5", "0", "4"]);
        queue.url = None;
        let cells = row("relay", &queue, look).unwrap();
        assert_eq!(cells, ["relay", "-", "-", "-", "4"]);
    }
}
