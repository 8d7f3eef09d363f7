//! What is deleted by time: items that expired, old messages, deduplication ids. In small steps, so that no write waits long.

use std::{convert::Infallible, time::Duration};

use rusqlite::params;

use crate::{Database, error::Error, ledger::Ledger, messages, table, writer::chain};

/// Items and messages of one step.
const STEP: usize = 100;
/// The time between two looks at what has expired.
const PAUSE: Duration = Duration::from_secs(10);

impl Database {
    /// Deletes up to `most` items whose time (`expiresAt`) is over, with records in the stream as for any deletion. Returns how
    /// many there were.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn expire(&self, most: usize) -> Result<usize, Error> {
        let work = move |ledger: &mut Ledger<'_>| {
            let expired: Vec<(String, String)> = ledger
                .connection
                .prepare_cached(
                    "SELECT pk, sk FROM items WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2",
                )?
                .query_map(params![ledger.now.as_second(), most], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
                .collect::<rusqlite::Result<_>>()?;
            for (pk, sk) in &expired {
                table::remove(ledger, pk, sk)?;
            }
            Ok(expired.len())
        };
        self.writer().write::<_, Error, _>(work).await
    }

    /// Deletes messages that their queues do not keep any longer, and deduplication ids whose time is over. Returns how many
    /// messages there were, up to 100 of each queue.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn forget(&self) -> Result<usize, Error> {
        let work = |ledger: &mut Ledger<'_>| {
            ledger
                .connection
                .prepare_cached(messages::FORGOTTEN)?
                .execute([ledger.now.as_millisecond()])?;
            messages::forget(ledger, STEP)
        };
        self.writer().write::<_, Error, _>(work).await
    }

    /// Deletes what time has overtaken, for ever. Failures are logged and tried again.
    ///
    /// It needs the timer of a runtime of tokio, and may be stopped at any time.
    pub async fn maintain(&self) -> Infallible {
        loop {
            if let Err(error) = self.maintain_once().await {
                tracing::error!(error = %chain(&error), "upkeep_failed");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn maintain_once(&self) -> Result<(), Error> {
        while self.expire(STEP).await? == STEP {}
        while self.forget().await? >= STEP {}
        Ok(())
    }
}
