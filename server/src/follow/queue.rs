//! Consumers of queues. Like Lambda's event source mappings on AWS, they process several batches concurrently, and a batch may
//! fail in part.

use std::{rc::Rc, sync::Arc, time::Duration};

use bootstrap::error_chain::ErrorChain;
use embedded::{Database, queue::Settings};
use queues::{Message, Source, Sources};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Failed;
use crate::ports;

/// The longest time that one receive call waits for messages.
const PATIENCE: Duration = Duration::from_secs(20);
/// The time for which a consumer pauses after it could not receive messages because the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Returns the queues by their names, each with the name of its dead-letter queue.
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

/// The consumer of one queue, which receives messages in batches and passes each batch to a function.
#[derive(Debug)]
pub(super) struct Consumer {
    database: Database,
    queue: &'static str,
    /// The greatest number of messages in a batch.
    batch: usize,
    /// The greatest number of batches that are processed concurrently.
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

    /// Passes batches to `process` until `stop` is cancelled, and then waits for the batches in progress. `process` returns the
    /// ids of the messages that failed. Failed messages are delivered again when their visibility timeout ends, or at the time
    /// that `process` has set. All other messages are deleted.
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
                this.end(receipts, &failed).await;
            });
        }
        working.close();
        working.wait().await;
    }

    /// Receives messages, and hides them from other consumers until they are processed. Returns no messages if none arrived
    /// within [`PATIENCE`].
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

    /// Finishes the processing of a batch: deletes the messages that did not fail. `receipts` has the id and the receipt of
    /// each message. If the deletion fails, processed messages are delivered a second time, which the consumers tolerate.
    async fn end(&self, receipts: Vec<(String, String)>, failed: &[String]) {
        let (failed, done): (Vec<_>, Vec<_>) = receipts
            .into_iter()
            .partition(|(id, _)| failed.contains(id));
        let receipts = |of: Vec<(String, String)>| of.into_iter().map(|(_, receipt)| receipt);
        let (failed, done) = (receipts(failed).collect(), receipts(done).collect());
        let ended = self.database.end_receptions(self.queue, done, failed);
        if let Err(error) = ended.await {
            tracing::error!(queue = self.queue, error = %ErrorChain(&error), "messages_not_deleted");
        }
    }
}

#[cfg(test)]
mod tests {
    use embedded::{Options, queue::TICKETS};
    use futures::FutureExt as _;
    use queues::{Outgoing, Producer as _};
    use tokio::task::LocalSet;

    use super::*;

    #[tokio::test]
    async fn a_restart_keeps_the_wait_of_a_message_that_failed_in_any_queue() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Database::open(folder.path().join("test.db"), Options::default()).unwrap();
        let database = open();
        let message = Outgoing {
            body: "{}".to_owned(),
            ..Outgoing::default()
        };
        database.send(TICKETS.name, vec![message]).await.unwrap();
        let stop = CancellationToken::new();
        let fail = |batch: Vec<Message>| {
            stop.cancel();
            let failed = batch.into_iter().map(|message| message.id).collect();
            std::future::ready(failed).boxed_local()
        };
        let consumer = Consumer::new(database, &TICKETS);
        LocalSet::new().run_until(consumer.run(&stop, fail)).await;

        let database = open();
        let taken = database.take(TICKETS.name, 1, Duration::ZERO).await;
        assert_eq!(taken.unwrap(), []);
        let depth = database.view().depth(TICKETS.name).unwrap();
        assert_eq!(depth.in_flight, 1, "it comes when its time is over");
    }
}
