//! Queue functions: one message after the other fails or succeeds on its own.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};

use crate::error_chain::ErrorChain;

/// Gives each message of `batch` to `handle`, all at once, and reports those that failed: only they
/// come again (partial batch failure).
pub async fn each<E: std::error::Error + 'static>(
    batch: SqsEvent,
    handle: impl AsyncFn(&SqsMessage) -> Result<(), E>,
) -> SqsBatchResponse {
    let handle = &handle;
    let settled = batch.records.into_iter().map(|message| async move {
        let error = handle(&message).await.err()?;
        let id = message.message_id.unwrap_or_default();
        tracing::error!(message.id = id, error = %ErrorChain(&error), "message_failed");
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        Some(failure)
    });
    let mut answer = SqsBatchResponse::default();
    answer.batch_item_failures = futures::future::join_all(settled)
        .await
        .into_iter()
        .flatten()
        .collect();
    answer
}
