//! Queue functions: one message after the other fails or succeeds on its own.
//!
//! Architecture invariant: a handler gets messages that could be read. One that cannot be read, or that its handler can
//! never process, goes to the dead-letter queue at once with the reason, and neither its batch nor its group waits for it.

use std::time::Duration;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use queues::{AsideError, Inbox};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::time::Instant;

use crate::error_chain::ErrorChain;

/// Time that handing messages back may take.
const HAND_BACK_TIME: Duration = Duration::from_millis(300);

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

/// Why a handler failed.
pub trait Failure: std::error::Error + 'static {
    /// Whether the message can never be processed, however often it comes.
    fn is_permanent(&self) -> bool;
}

/// Gives each message of `batch` to `handle`, all at once, and reports those that failed: only they come again (partial
/// batch failure).
pub async fn each<M: DeserializeOwned, E: Failure>(
    batch: SqsEvent,
    inbox: &Inbox,
    handle: impl AsyncFn(&SqsMessage, M) -> Result<(), E>,
) -> SqsBatchResponse {
    let groups = batch.records.into_iter().map(|message| vec![message]);
    settle(groups.collect(), inbox, None, handle).await
}

/// As [`each`], for a queue that keeps an order (FIFO): messages of one group are given one after the other. If one
/// fails, it comes again with all that follow it in its group.
///
/// A handler that is not done within `time` is dropped, as by a crash between two of its calls, and its message fails. So
/// a slow call does not cost the batch, and Lambda does not end the process.
pub async fn in_order<M: DeserializeOwned, E: Failure>(
    batch: SqsEvent,
    inbox: &Inbox,
    time: Duration,
    handle: impl AsyncFn(&SqsMessage, M) -> Result<(), E>,
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
    settle(groups, inbox, Some(Instant::now() + time), handle).await
}

/// A message is not done with.
#[derive(Debug, thiserror::Error)]
enum Unsettled<E: std::error::Error + 'static> {
    #[error(transparent)]
    Handler(E),
    #[error("the message could not be set aside")]
    Aside(#[from] AsideError),
    #[error("there was no time left")]
    OutOfTime,
}

async fn settle<M: DeserializeOwned, E: Failure>(
    groups: Vec<Vec<SqsMessage>>,
    inbox: &Inbox,
    until: Option<Instant>,
    handle: impl AsyncFn(&SqsMessage, M) -> Result<(), E>,
) -> SqsBatchResponse {
    let handle = &handle;
    let settled = groups.into_iter().map(|group| async move {
        let mut done = 0;
        for message in &group {
            let settling = settle_one(message, inbox, handle);
            let settled = match until {
                Some(until) => tokio::time::timeout_at(until, settling)
                    .await
                    .unwrap_or(Err(Unsettled::OutOfTime)),
                None => settling.await,
            };
            if let Err(error) = settled {
                let id = message.message_id.as_deref().unwrap_or_default();
                tracing::error!(request_id = request_of(message), message.id = id, error = %ErrorChain(&error), "message_failed");
                break;
            }
            done += 1;
        }
        let failed = &group[done..];
        hand_back(inbox, failed).await;
        failed.iter().map(failure).collect::<Vec<_>>()
    });
    let mut answer = SqsBatchResponse::default();
    answer.batch_item_failures = futures::future::join_all(settled)
        .await
        .into_iter()
        .flatten()
        .collect();
    answer
}

/// Handles a message, or sets it aside.
async fn settle_one<M: DeserializeOwned, E: Failure>(
    message: &SqsMessage,
    inbox: &Inbox,
    handle: impl AsyncFn(&SqsMessage, M) -> Result<(), E>,
) -> Result<(), Unsettled<E>> {
    let reason = match queues::read(message.body.as_deref().unwrap_or_default()) {
        Ok(read) => match handle(message, read).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_permanent() => ErrorChain(&error).to_string(),
            Err(error) => return Err(Unsettled::Handler(error)),
        },
        Err(unreadable) => unreadable.to_string(),
    };
    inbox.set_aside(message, &reason).await?;
    tracing::error!(
        request_id = request_of(message),
        error = reason,
        "message_buried"
    );
    Ok(())
}

/// Lets messages that failed come again soon. If that is not possible, they come again when their visibility timeout ends.
async fn hand_back(inbox: &Inbox, failed: &[SqsMessage]) {
    let Some(first) = failed.first() else {
        return;
    };
    let messages: Vec<&SqsMessage> = failed.iter().collect();
    let handed_back = tokio::time::timeout(HAND_BACK_TIME, inbox.hand_back(&messages)).await;
    let request = request_of(first);
    match handed_back {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(request_id = request, error = %ErrorChain(&error), "back_off_failed");
        }
        Err(_) => tracing::warn!(
            request_id = request,
            error = "there was no time left",
            "back_off_failed"
        ),
    }
}

fn failure(message: &SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message.message_id.clone().unwrap_or_default();
    failure
}

#[cfg(test)]
mod tests;
