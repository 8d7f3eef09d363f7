//! Queue functions: one message after the other fails or succeeds on its own.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use serde::Deserialize;

use crate::error_chain::ErrorChain;

/// The request that a message follows from, whatever else it says; empty where it names none.
#[must_use]
pub fn request_of(message: &SqsMessage) -> String {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        request_id: String,
    }
    let body = message.body.as_deref().unwrap_or_default();
    serde_json::from_str(body).map_or_else(|_| String::new(), |named: Named| named.request_id)
}

/// When a message was put on its queue, however often it came since.
#[must_use]
pub fn sent_at(message: &SqsMessage) -> Option<Timestamp> {
    let sent = message.attributes.get("SentTimestamp")?.parse().ok()?;
    Timestamp::from_millisecond(sent).ok()
}

/// Gives each message of `batch` to `handle`, all at once, and reports those that failed: only they
/// come again (partial batch failure).
pub async fn each<E: std::error::Error + 'static>(
    batch: SqsEvent,
    handle: impl AsyncFn(&SqsMessage) -> Result<(), E>,
) -> SqsBatchResponse {
    let groups = batch.records.into_iter().map(|message| vec![message]);
    settle(groups.collect(), handle).await
}

/// As [`each`], for a queue that keeps an order (FIFO): messages of one group are given one after the other. Where one
/// fails, it comes again with all that follow it in its group.
pub async fn in_order<E: std::error::Error + 'static>(
    batch: SqsEvent,
    handle: impl AsyncFn(&SqsMessage) -> Result<(), E>,
) -> SqsBatchResponse {
    let mut groups: Vec<Vec<SqsMessage>> = Vec::new();
    for message in batch.records {
        let group = |message: &SqsMessage| message.attributes.get("MessageGroupId").cloned();
        let wanted = group(&message);
        match groups.iter_mut().find(|known| group(&known[0]) == wanted) {
            Some(known) => known.push(message),
            None => groups.push(vec![message]),
        }
    }
    settle(groups, handle).await
}

async fn settle<E: std::error::Error + 'static>(
    groups: Vec<Vec<SqsMessage>>,
    handle: impl AsyncFn(&SqsMessage) -> Result<(), E>,
) -> SqsBatchResponse {
    let handle = &handle;
    let settled = groups.into_iter().map(|group| async move {
        let mut failed = Vec::new();
        for message in group {
            if failed.is_empty() {
                let Err(error) = handle(&message).await else {
                    continue;
                };
                let id = message.message_id.as_deref().unwrap_or_default();
                tracing::error!(request_id = request_of(&message), message.id = id, error = %ErrorChain(&error), "message_failed");
            }
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.unwrap_or_default();
            failed.push(failure);
        }
        failed
    });
    let mut answer = SqsBatchResponse::default();
    answer.batch_item_failures = futures::future::join_all(settled)
        .await
        .into_iter()
        .flatten()
        .collect();
    answer
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn message(id: &str, group: &str) -> SqsMessage {
        let mut message = SqsMessage::default();
        message.message_id = Some(id.to_owned());
        message
            .attributes
            .insert("MessageGroupId".to_owned(), group.to_owned());
        message
    }

    #[test]
    fn a_message_tells_its_request_and_when_it_was_sent() {
        let mut named = message("1", "a");
        named.body = Some(r#"{"to":"account","requestId":"r1","at":7}"#.to_owned());
        named
            .attributes
            .insert("SentTimestamp".to_owned(), "1809194400007".to_owned());
        assert_eq!(request_of(&named), "r1");
        let sent = "2027-05-01T18:00:00.007Z".parse().unwrap();
        assert_eq!(sent_at(&named), Some(sent));
        for body in [
            None,
            Some("no JSON"),
            Some("[]"),
            Some(r#"{"requestId":1}"#),
        ] {
            let mut unnamed = message("1", "a");
            unnamed.body = body.map(str::to_owned);
            assert_eq!(request_of(&unnamed), "");
            assert_eq!(sent_at(&unnamed), None);
        }
    }

    #[tokio::test]
    async fn after_a_failure_its_group_comes_again_and_the_others_go_on() {
        let mut batch = SqsEvent::default();
        batch.records = [("1", "a"), ("2", "b"), ("3", "a"), ("4", "b"), ("5", "a")]
            .map(|(id, group)| message(id, group))
            .into();
        let given = RefCell::new(Vec::new());
        let answer = in_order(batch, async |message| {
            let id = message.message_id.clone().unwrap_or_default();
            given.borrow_mut().push(id.clone());
            if id == "3" {
                Err(std::fmt::Error)
            } else {
                Ok(())
            }
        })
        .await;
        let failed: Vec<_> = answer
            .batch_item_failures
            .iter()
            .map(|failure| failure.item_identifier.as_str())
            .collect();
        assert_eq!(failed, ["3", "5"]);
        let mut given = given.into_inner();
        given.sort();
        assert_eq!(given, ["1", "2", "3", "4"], "5 is not given before 3");
    }
}
