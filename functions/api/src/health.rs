//! Checks the health of the services that the API needs, and of the functions that process its queues and its stream.

mod checks;
pub(crate) mod report;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::lock::Mutex;
use queues::Broker;
use store::Store;

use crate::dead_letters::Queues;
use report::{Checks, Readiness};

/// The lifetime of a cached health report. Anyone may request the report, and many requests must not cause many calls of the
/// services.
pub(crate) const LIFE: Duration = Duration::from_secs(3);

/// Checks whether the services that the API needs work, and caches the report.
#[derive(Debug)]
pub(crate) struct Health {
    broker: Arc<dyn Broker>,
    queues: Queues,
    /// Whether the deployment has an email address from which it sends mail.
    mail_is_on: bool,
    /// The last report. The lock is held while one caller makes the checks, so that other callers wait for the same report.
    last: Mutex<Option<(Instant, Readiness)>>,
}

impl Health {
    pub(crate) fn new(broker: Arc<dyn Broker>, queues: Queues, mail_is_on: bool) -> Self {
        Self {
            broker,
            queues,
            mail_is_on,
            last: Mutex::default(),
        }
    }

    /// Returns a report on the health that is at most [`LIFE`] old.
    pub(crate) async fn readiness(&self, store: &Store) -> Readiness {
        let mut last = self.last.lock().await;
        if let Some((at, readiness)) = &*last
            && at.elapsed() < LIFE
        {
            return readiness.clone();
        }
        let readiness = Readiness::of(Box::pin(self.look(store)).await);
        *last = Some((Instant::now(), readiness.clone()));
        readiness
    }

    /// Makes all checks of the health report concurrently, so that together they take no longer than the slowest check.
    async fn look(&self, store: &Store) -> Checks {
        let (table, queues, dead_letters, sender, stream) = futures::join!(
            checks::table(store),
            checks::queues(self.broker.as_ref(), &self.queues),
            checks::dead_letters(self.broker.as_ref(), &self.queues),
            checks::sender(store, self.mail_is_on),
            checks::stream(store),
        );
        Checks {
            table,
            queues,
            dead_letters,
            sender,
            stream,
        }
    }
}
