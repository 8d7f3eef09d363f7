//! The events that a batch of queue messages needs. Each event is read from the table only once.
//!
//! The messages of a batch are handled concurrently. They were all sent before the batch started, so an event that is read
//! during the batch is new enough for all of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::id::EventId;
use tokio::sync::OnceCell;

use crate::{error::MailError, facts::EventSheet};

/// An event, or `None` if the event no longer exists.
type Found = Option<Arc<EventSheet>>;

/// The events that the messages of a batch need.
#[derive(Debug, Default)]
pub(crate) struct Sheets(Mutex<HashMap<EventId, Arc<Sheet>>>);

/// The result of reading an event. The `Option` in the cell is `None` if the event could not be read.
type Sheet = OnceCell<Option<Found>>;

impl Sheets {
    /// Returns the event `id`. The first caller calls `read`, and the other callers share its result. If the first `read`
    /// fails, each other caller calls its own `read`, concurrently.
    ///
    /// # Errors
    /// Returns the errors of `read`.
    pub(super) async fn get(
        &self,
        id: EventId,
        read: impl AsyncFn() -> Result<Option<EventSheet>, MailError>,
    ) -> Result<Found, MailError> {
        let read = async || Ok(read().await?.map(Arc::new));
        let mut failure = None;
        let sheet = self.sheet(id);
        let shared = sheet.get_or_init(async || {
            let found = read().await;
            found.map_err(|error| failure = Some(error)).ok()
        });
        match (shared.await.clone(), failure) {
            (Some(found), _) => Ok(found),
            (None, Some(error)) => Err(error),
            (None, None) => read().await,
        }
    }

    fn sheet(&self, id: EventId) -> Arc<Sheet> {
        let mut sheets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sheets.entry(id).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures::future::join_all;

    use super::*;
    use crate::error::Cause;

    /// Requests an event for three messages concurrently. Returns for each message whether it succeeded, and the number of
    /// reads.
    async fn ask(
        read: impl AsyncFn() -> Result<Option<EventSheet>, MailError>,
    ) -> (Vec<bool>, u32) {
        let reads = Cell::new(0);
        let read = async || {
            reads.set(reads.get() + 1);
            tokio::task::yield_now().await;
            read().await
        };
        let sheets = Sheets::default();
        let id = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let found = join_all((0..3).map(|_| sheets.get(id, &read))).await;
        (found.iter().map(Result::is_ok).collect(), reads.get())
    }

    #[tokio::test]
    async fn messages_of_one_batch_read_an_event_once() {
        assert_eq!(ask(async || Ok(None)).await, (vec![true; 3], 1));
    }

    #[tokio::test]
    async fn where_that_fails_each_has_its_own_try() {
        let first = Cell::new(true);
        let read = async || {
            if first.take() {
                return Err(MailError::Later(Cause::Busy));
            }
            Ok(None)
        };
        assert_eq!(ask(read).await, (vec![false, true, true], 3));
    }
}
