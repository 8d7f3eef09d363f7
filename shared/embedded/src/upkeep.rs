//! Deletes expired items, old messages and old deduplication ids, in small steps, so that no write waits long.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rusqlite::params;

use crate::{Clock, Database, error::Error, ledger::Ledger, messages, table, writer::chain};

/// The maximum number of items, and of messages of each queue, that one step deletes.
const STEP: usize = 100;
/// The pause between two searches for expired data.
const PAUSE: Duration = Duration::from_secs(10);
/// If the clock is set back by at least this time, all times until which the queues' messages are hidden are moved back too.
/// Smaller changes are normal corrections of a clock.
const LEAST_SET_BACK: Duration = Duration::from_secs(1);

/// One moment, measured by two clocks: the wall clock, which can be set, and a monotonic clock, which cannot be set.
#[derive(Debug, Clone, Copy)]
struct Moment {
    wall: Timestamp,
    steady: Instant,
}

impl Moment {
    fn of(clock: &Clock) -> Self {
        Self {
            wall: clock.now(),
            steady: Instant::now(),
        }
    }

    /// Returns how far the clock was set back since `before`, or `None` if it was set back by less than a second or not at all.
    fn set_back_since(self, before: Self) -> Option<Duration> {
        let expected = before.wall + self.steady.duration_since(before.steady);
        let behind = Duration::try_from(expected.duration_since(self.wall)).ok()?;
        (behind >= LEAST_SET_BACK).then_some(behind)
    }
}

impl Database {
    /// Deletes up to `most` items whose `expiresAt` has passed. The stream gets the same records as for other deletions.
    /// Returns the number of deleted items.
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

    /// Deletes messages that were kept for longer than the retention time of their queue, at most 100 in each queue. Also
    /// deletes expired deduplication ids. Returns the number of deleted messages.
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

    /// Deletes expired items, messages and deduplication ids. Runs for ever. Failures are logged and retried.
    ///
    /// This method needs the timer of a tokio runtime. It may be stopped at any time.
    pub async fn maintain(&self) -> Infallible {
        let mut before = Moment::of(self.clock());
        loop {
            let now = Moment::of(self.clock());
            if let Some(time) = now.set_back_since(before)
                && let Err(error) = self.set_back(time).await
            {
                tracing::error!(error = %chain(&error), "clock_not_followed");
            }
            before = now;
            if let Err(error) = self.maintain_once().await {
                tracing::error!(error = %chain(&error), "upkeep_failed");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Moves all times until which the queues' messages are hidden back by `time`, because the clock was set back by the same
    /// time.
    pub(crate) async fn set_back(&self, time: Duration) -> Result<(), Error> {
        tracing::warn!(seconds = time.as_secs(), "clock_was_set_back");
        let work = move |ledger: &mut Ledger<'_>| Ok(messages::set_back(ledger, time)?);
        self.writer().write(work).await
    }

    async fn maintain_once(&self) -> Result<(), Error> {
        while self.expire(STEP).await? == STEP {}
        while self.forget().await? >= STEP {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_back_is_noticed() {
        let before = Moment::of(&Clock::system());
        let after = |wall: i64| Moment {
            wall: before.wall + jiff::SignedDuration::from_secs(wall),
            steady: before.steady + Duration::from_secs(10),
        };
        assert_eq!(after(10).set_back_since(before), None);
        assert_eq!(after(3610).set_back_since(before), None);
        assert_eq!(
            after(9).set_back_since(before),
            Some(Duration::from_secs(1))
        );
        let hour = Some(Duration::from_hours(1));
        assert_eq!(after(-3590).set_back_since(before), hour);
    }
}
