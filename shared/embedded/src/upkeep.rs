//! Deletes items that expired, old messages and old deduplication ids, in small steps, so that no write waits long.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rusqlite::params;

use crate::{Clock, Database, error::Error, ledger::Ledger, messages, table, writer::chain};

/// Items and messages of one step.
const STEP: usize = 100;
/// The time between two searches for expired data.
const PAUSE: Duration = Duration::from_secs(10);
/// The least step back of the clock that moves waits. Smaller steps are usual corrections.
const LEAST_SET_BACK: Duration = Duration::from_secs(1);

/// A moment by the wall clock, which may be set, and by a monotonic one.
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

    /// The time by which the clock was set back since `before`; `None` if that is under a second.
    fn set_back_since(self, before: Self) -> Option<Duration> {
        let expected = before.wall + self.steady.duration_since(before.steady);
        let behind = Duration::try_from(expected.duration_since(self.wall)).ok()?;
        (behind >= LEAST_SET_BACK).then_some(behind)
    }
}

impl Database {
    /// Deletes up to `most` items whose time (`expiresAt`) is over, with records in the stream as for any deletion. Returns
    /// their number.
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

    /// Deletes messages whose retention time is over, and deduplication ids whose time is over. Returns the number of messages,
    /// up to 100 of each queue.
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

    /// Deletes expired items, messages and deduplication ids, for ever. Failures are logged and retried.
    ///
    /// It needs the timer of a runtime of tokio, and may be stopped at any time.
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

    /// Moves the ends of the queues' waits back by `time`, because the clock was set back by the same time.
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
