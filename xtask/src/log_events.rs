//! Reads log lines of the functions, for messages about failures.

use anyhow::Result;

use crate::aws::Aws;

/// Returns the last lines that the function itself logged, or the reason why the log cannot be read. `lambda` is the function's
/// name on Lambda.
pub(crate) fn tail(aws: &Aws, lambda: &str, count: usize) -> String {
    let messages = match messages(aws, lambda) {
        Ok(messages) => messages,
        Err(error) => return format!("(the log cannot be read: {error:#})"),
    };
    let lines = messages.iter().map(|message| message.trim_end());
    // Lines that Lambda itself writes contain `RequestId:`.
    let own: Vec<_> = lines.filter(|line| !line.contains("RequestId:")).collect();
    own[own.len().saturating_sub(count)..].join("\n")
}

/// Returns everything that the function logged, with the oldest line first.
fn messages(aws: &Aws, lambda: &str) -> Result<Vec<String>> {
    let group = format!("/aws/lambda/{lambda}");
    let filter = ["logs", "filter-log-events", "--log-group-name", &group];
    let sorted = ["--query", "sort_by(events, &timestamp)[].message"];
    let messages = aws.json(&[&filter[..], &sorted].concat())?;
    Ok(serde_json::from_value(messages)?)
}
