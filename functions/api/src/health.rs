//! Health of the services that the API needs, and of the functions behind it.

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

/// Lifetime of a cached answer. Anyone may ask, and many requests must not cause many calls.
pub(crate) const LIFE: Duration = Duration::from_secs(3);

/// Checks that all services that the API needs work.
#[derive(Debug)]
pub(crate) struct Health {
    broker: Arc<dyn Broker>,
    queues: Queues,
    /// Whether the deployment has an address that mail comes from.
    mail_is_on: bool,
    /// The last answer. It is locked while one caller makes the checks, so that others wait for the same answer.
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

    /// Returns the health, which is at most [`LIFE`] old.
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

    /// Makes all checks concurrently, so that they take no longer than the slowest check.
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
