//! Passes batches of messages to a function's handler. Each message fails or succeeds on its own.
//!
//! Architecture invariant: a handler gets readable messages only. If a message cannot be read, or its handler can never process
//! it, the message goes to the dead-letter queue immediately, with the reason. The other messages of its batch and its group do
//! not wait for it.

use std::time::Duration;

use queues::{AsideError, Inbox, Message};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::time::Instant;

use crate::error_chain::ErrorChain;

/// The maximum time for the call that hands failed messages back to their queue.
const HAND_BACK_TIME: Duration = Duration::from_millis(300);

/// Returns the id of the request that caused a message of any kind. Returns an empty text if the message contains no such id.
#[must_use]
pub fn request_of(message: &Message) -> String {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        request_id: String,
    }
    serde_json::from_str(&message.body)
        .map_or_else(|_| String::new(), |named: Named| named.request_id)
}

/// The error that a function's handler of messages returns.
pub trait Failure: std::error::Error + 'static {
    /// Returns whether the message can never be processed, so that a retry is useless.
    fn is_permanent(&self) -> bool;
}

/// Passes all messages of `batch` to `handle` concurrently. Returns the ids of the messages that failed. Only the failed
/// messages are retried (partial batch failure). All other messages are done, and the host deletes them.
pub async fn each<M: DeserializeOwned, E: Failure>(
    batch: Vec<Message>,
    inbox: &Inbox,
    handle: impl AsyncFn(&Message, M) -> Result<(), E>,
) -> Vec<String> {
    let groups = batch.into_iter().map(|message| vec![message]);
    settle(groups.collect(), inbox, None, handle).await
}

/// Does the same as [`each`] for messages of a FIFO queue: passes the messages of one group to `handle` one after another. If a
/// message fails, it is retried together with all later messages of its group.
///
/// All handlers must finish within `time` after the start of the batch. A handler that has not finished by then is dropped, and
/// its message fails. For the handler, this is like a crash between two of its calls. So one slow call does not fail the whole
/// batch, and the host need not end the process.
pub async fn in_order<M: DeserializeOwned, E: Failure>(
    batch: Vec<Message>,
    inbox: &Inbox,
    time: Duration,
    handle: impl AsyncFn(&Message, M) -> Result<(), E>,
) -> Vec<String> {
    let mut groups: Vec<Vec<Message>> = Vec::new();
    for message in batch {
        let is_of_group = |known: &&mut Vec<Message>| known[0].group == message.group;
        match groups.iter_mut().find(is_of_group) {
            Some(known) => known.push(message),
            None => groups.push(vec![message]),
        }
    }
    settle(groups, inbox, Some(Instant::now() + time), handle).await
}

/// Why a message must be retried.
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
    groups: Vec<Vec<Message>>,
    inbox: &Inbox,
    until: Option<Instant>,
    handle: impl AsyncFn(&Message, M) -> Result<(), E>,
) -> Vec<String> {
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
                tracing::error!(request_id = request_of(message), message.id = message.id, error = %ErrorChain(&error), "message_failed");
                break;
            }
            done += 1;
        }
        let failed = &group[done..];
        hand_back(inbox, failed).await;
        let ids = failed.iter().map(|message| message.id.clone());
        ids.collect::<Vec<_>>()
    });
    let failed = futures::future::join_all(settled).await;
    failed.into_iter().flatten().collect()
}

/// Passes a message to its handler. If the message can never be processed, moves it to the dead-letter queue.
async fn settle_one<M: DeserializeOwned, E: Failure>(
    message: &Message,
    inbox: &Inbox,
    handle: impl AsyncFn(&Message, M) -> Result<(), E>,
) -> Result<(), Unsettled<E>> {
    let reason = match queues::read(&message.body) {
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

/// Hands failed messages back to their queue, so that they are retried soon. If this call fails, SQS retries them later, when
/// their visibility timeout ends.
async fn hand_back(inbox: &Inbox, failed: &[Message]) {
    let Some(first) = failed.first() else {
        return;
    };
    let messages: Vec<&Message> = failed.iter().collect();
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

#[cfg(test)]
mod tests;
