//! Consumers of queues, as event source mappings of Lambda are on AWS: several batches at once, partial failures.

use std::{rc::Rc, sync::Arc, time::Duration};

use bootstrap::error_chain::ErrorChain;
use embedded::{Database, queue::Settings};
use queues::{Message, Source, Sources};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Failed;
use crate::ports;

/// Longest wait of one receive call for messages.
const PATIENCE: Duration = Duration::from_secs(20);
/// Wait after a call of the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Returns queues by their names, each with its dead-letter queue.
#[must_use]
pub fn sources(queues: &[Settings]) -> Sources {
    let source = |settings: &Settings| {
        let source = Source {
            url: settings.name.to_owned(),
            dead_letter_url: settings.dead_letters?.queue.to_owned(),
        };
        Some((settings.name.to_owned(), source))
    };
    Sources(queues.iter().filter_map(source).collect())
}

/// The consumer of a queue.
#[derive(Debug)]
pub(super) struct Consumer {
    database: Database,
    queue: &'static str,
    /// Most messages of a batch.
    batch: usize,
    /// Most batches at once.
    workers: usize,
}

impl Consumer {
    pub(super) fn new(database: Database, queue: &Settings) -> Self {
        let work = queue.consumer;
        Self {
            database,
            queue: queue.name,
            batch: work.map_or(1, |work| work.batch),
            workers: work.map_or(1, |work| work.workers),
        }
    }

    /// Gives batches to `process` until `stop`, then waits for those that are being worked on. `process` returns the ids of the
    /// messages that failed; all others are deleted.
    pub(super) async fn run(
        self,
        stop: &CancellationToken,
        process: impl Fn(Vec<Message>) -> Failed,
    ) {
        let permits = Arc::new(Semaphore::new(self.workers));
        let working = TaskTracker::new();
        let this = Rc::new(self);
        while let Ok(permit) = permits.clone().acquire_owned().await {
            let batch = tokio::select! {
                () = stop.cancelled() => break,
                batch = this.take() => batch,
            };
            let receipts: Vec<_> = batch
                .iter()
                .map(|message| (message.id.clone(), message.receipt.clone()))
                .collect();
            if receipts.is_empty() {
                continue;
            }
            if ports::batches_come_twice() {
                process(batch.clone()).await;
            }
            let processed = process(batch);
            let this = this.clone();
            working.spawn_local(async move {
                let _permit = permit;
                let failed = processed.await;
                let done = receipts.into_iter().filter(|(id, _)| !failed.contains(id));
                this.delete(done.map(|(_, receipt)| receipt).collect())
                    .await;
            });
        }
        working.close();
        working.wait().await;
    }

    /// Receives messages, which are hidden from others meanwhile. Returns none if none came for a while.
    async fn take(&self) -> Vec<Message> {
        match self.database.take(self.queue, self.batch, PATIENCE).await {
            Ok(batch) => batch,
            Err(error) => {
                tracing::error!(queue = self.queue, error = %ErrorChain(&error), "queue_not_read");
                tokio::time::sleep(PAUSE).await;
                Vec::new()
            }
        }
    }

    /// Deletes messages that are done. A message that cannot be deleted is delivered again, which handlers tolerate.
    async fn delete(&self, receipts: Vec<String>) {
        if receipts.is_empty() {
            return;
        }
        if let Err(error) = self.database.delete_all(self.queue, receipts).await {
            tracing::error!(queue = self.queue, error = %ErrorChain(&error), "messages_not_deleted");
        }
    }
}
