//! Reads the template's outputs by their names, so that a new queue or function needs no change here.
//!
//! | output | in `stack.json` |
//! | --- | --- |
//! | `WsConnectFunctionName` | `functions["ws-connect"]` |
//! | `TicketsQueueUrl`, `TicketsDeadLetterUrl` | `queues.tickets.url`, `.deadLetterUrl` |
//! | `WebSocketApiId`, `WebSocketStage` | `wsUrl` |

use std::collections::BTreeMap;

use super::Queue;
use crate::cloudformation::Outputs;

/// Returns the Lambda names of the functions. They are in the outputs `<X>FunctionName`.
pub(super) fn functions(outputs: &Outputs) -> BTreeMap<String, String> {
    with_suffix(outputs, "FunctionName")
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
}

/// Returns the queues. Their URLs are in the outputs `<X>QueueUrl` and `<X>DeadLetterUrl`.
pub(super) fn queues(outputs: &Outputs, endpoint: &str) -> BTreeMap<String, Queue> {
    let mut queues = BTreeMap::<String, Queue>::new();
    for (name, url) in with_suffix(outputs, "QueueUrl") {
        queues.entry(name).or_default().url = Some(local(url, endpoint));
    }
    for (name, url) in with_suffix(outputs, "DeadLetterUrl") {
        queues.entry(name).or_default().dead_letter_url = Some(local(url, endpoint));
    }
    queues
}

/// Returns the address of the HTTP API on an emulator.
pub(crate) fn http_url(outputs: &Outputs, endpoint: &str) -> Option<String> {
    let id = outputs.get("HttpApiId")?;
    Some(format!("{endpoint}/_aws/execute-api/{id}"))
}

/// Returns the address of the WebSocket API on an emulator. The stage is `$default` unless the output `WebSocketStage` names
/// another stage.
pub(crate) fn web_socket_url(outputs: &Outputs, endpoint: &str) -> Option<String> {
    let id = outputs.get("WebSocketApiId")?;
    let stage = outputs
        .get("WebSocketStage")
        .map_or("$default", String::as_str);
    // `http` becomes `ws`, and `https` becomes `wss`.
    let rest = endpoint.strip_prefix("http")?;
    Some(format!("ws{rest}/_aws/execute-api/{id}/{stage}"))
}

fn with_suffix<'a>(
    outputs: &'a Outputs,
    suffix: &'a str,
) -> impl Iterator<Item = (String, &'a str)> {
    outputs.iter().filter_map(move |(name, value)| {
        let stem = name.strip_suffix(suffix).filter(|stem| !stem.is_empty())?;
        Some((kebab(stem), value.as_str()))
    })
}

/// Converts `WsConnect` to `ws-connect`.
fn kebab(name: &str) -> String {
    let mut result = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !result.is_empty() {
            result.push('-');
        }
        result.push(c.to_ascii_lowercase());
    }
    result
}

/// Replaces the host `localhost` in an emulator's URL, because `localhost` may mean `::1` and the emulator does not listen
/// there.
fn local(url: &str, endpoint: &str) -> String {
    let path = url
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
        .map(|(_, path)| path);
    path.map_or_else(|| url.to_owned(), |path| format!("{endpoint}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs() -> Outputs {
        [
            ("ApiFunctionName", "em-connect-local-api"),
            ("WsConnectFunctionName", "em-connect-local-ws-connect"),
            (
                "TicketsQueueUrl",
                "http://localhost:4566/000000000000/tickets",
            ),
            (
                "TicketsDeadLetterUrl",
                "http://localhost:4566/000000000000/tickets-dead",
            ),
            (
                "RelayDeadLetterUrl",
                "http://localhost:4566/000000000000/relay-dead",
            ),
            ("TableName", "t"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    #[test]
    fn functions_are_named_like_their_folders() {
        let functions = functions(&outputs());
        assert_eq!(functions.len(), 2);
        assert_eq!(functions["api"], "em-connect-local-api");
        assert_eq!(functions["ws-connect"], "em-connect-local-ws-connect");
    }

    #[test]
    fn queues_and_their_dead_letters_belong_together() {
        let queues = queues(&outputs(), "http://127.0.0.1:4566");
        let url = |path: &str| Some(format!("http://127.0.0.1:4566/000000000000/{path}"));
        assert_eq!(queues.len(), 2);
        assert_eq!(
            queues["tickets"],
            Queue {
                url: url("tickets"),
                dead_letter_url: url("tickets-dead")
            }
        );
        assert_eq!(
            queues["relay"],
            Queue {
                url: None,
                dead_letter_url: url("relay-dead")
            }
        );
    }

    #[test]
    fn mail_brings_two_queues_and_a_function() {
        let address = "http://localhost:4566/000000000000/q";
        let names = ["MailQueueUrl", "MailDeadLetterUrl", "FeedbackQueueUrl"];
        let mut outputs: Outputs = names
            .map(|name| (name.to_owned(), address.to_owned()))
            .into();
        outputs.insert("NotifyFunctionName".to_owned(), "s-notify".to_owned());
        let queues = queues(&outputs, "http://127.0.0.1:4566");
        assert!(queues["mail"].url.is_some() && queues["mail"].dead_letter_url.is_some());
        assert!(queues["feedback"].url.is_some());
        assert_eq!(functions(&outputs)["notify"], "s-notify");
    }

    #[test]
    fn the_web_socket_address_appears_with_its_output() {
        let mut outputs = outputs();
        assert_eq!(web_socket_url(&outputs, "http://127.0.0.1:4566"), None);
        outputs.insert("WebSocketApiId".to_owned(), "a1b2".to_owned());
        let url = "ws://127.0.0.1:4566/_aws/execute-api/a1b2/$default";
        let found = web_socket_url(&outputs, "http://127.0.0.1:4566");
        assert_eq!(found.as_deref(), Some(url));
    }
}
