//! Messages that are sent at a given time, such as reminders. If the process is not running at that time, the messages are sent
//! late, but they are never lost.

use std::{convert::Infallible, time::Duration};

use jiff::Timestamp;
use queues::Outgoing;
use rusqlite::{Connection, params};

use crate::{Database, error::Error, ledger::Ledger, messages, queue, wake::Wake, writer::chain};

/// The name of the queue on which schedules put their messages.
const QUEUE: &str = "mail";
/// The maximum number of scheduled messages that one transaction puts on the queue.
const STEP: usize = 100;
/// The longest sleep between two reads of the schedules. It is short, so that a change of the system's clock is noticed soon.
/// If a read or a write fails, the sleep before the next try is as long.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The schedules of a database: creates them, deletes them, and sends their messages.
#[derive(Debug, Clone)]
pub struct Schedules(Database);

impl Schedules {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    /// Creates the schedule `name`, or changes its time if it exists. At the time `at`, `message` is put on the queue `mail`
    /// once, and the schedule is deleted. If `at` is in the past, this happens now.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn put(&self, name: &str, at: Timestamp, message: String) -> Result<(), Error> {
        let name = name.to_owned();
        let work = move |ledger: &mut Ledger<'_>| {
            ledger
                .connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO schedules (name, due_at, message) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![name, at.as_millisecond(), message])?;
            ledger.wakes.add(Wake::Schedules);
            Ok(())
        };
        self.0.writer().write(work).await
    }

    /// Deletes a schedule, if it exists.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        let name = name.to_owned();
        let work = move |ledger: &mut Ledger<'_>| {
            ledger
                .connection
                .prepare_cached("DELETE FROM schedules WHERE name = ?1")?
                .execute([&name])?;
            Ok(())
        };
        self.0.writer().write(work).await
    }

    /// Puts due messages on the queue `mail` and deletes their schedules, in one transaction with at most 100 messages. Returns
    /// the number of messages.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn take_due(&self) -> Result<usize, Error> {
        let work = |ledger: &mut Ledger<'_>| Ok(take_due(ledger)?);
        self.0.writer().write(work).await
    }

    /// Returns the time at which the next schedule is due, or `None` if there is no schedule.
    ///
    /// # Errors
    /// The database is not available.
    pub fn next(&self) -> Result<Option<Timestamp>, Error> {
        let next = self.0.readers().read(|reader| Ok(next(reader)?))?;
        Ok(next.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }

    /// Puts each scheduled message on the queue `mail` when it is due. Runs for ever. Failures are logged and retried.
    ///
    /// This method needs the timer of a tokio runtime. It may be stopped at any time.
    pub async fn run(&self) -> Infallible {
        loop {
            let mut bell = self.0.bells().listen(Wake::Schedules);
            let sleep = self.step().await.unwrap_or_else(|error| {
                tracing::error!(error = %chain(&error), "schedules_failed");
                LONGEST_SLEEP
            });
            // The loop reads the schedules once more, whether a commit woke this task or the sleep ended.
            let _woken = tokio::time::timeout(sleep, bell.changed()).await;
        }
    }

    /// Puts all scheduled messages that are due on the queue, and returns how long it takes until the next one is due.
    async fn step(&self) -> Result<Duration, Error> {
        loop {
            let Some(next) = self.next()? else {
                return Ok(LONGEST_SLEEP);
            };
            let wait = next.duration_since(self.0.clock().now());
            match Duration::try_from(wait) {
                Ok(wait) if !wait.is_zero() => return Ok(wait.min(LONGEST_SLEEP)),
                _ => self.take_due().await?,
            };
        }
    }
}

fn next(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT min(due_at) FROM schedules")?
        .query_row([], |row| row.get(0))
}

fn take_due(ledger: &mut Ledger<'_>) -> rusqlite::Result<usize> {
    let now = ledger.now.as_millisecond();
    let due: Vec<(String, String)> = ledger
        .connection
        .prepare_cached(
            "SELECT name, message FROM schedules WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
        )?
        .query_map(params![now, STEP], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let Some(at) = queue::index(QUEUE) else {
        return Ok(0);
    };
    let count = due.len();
    for (name, body) in due {
        let message = Outgoing {
            body,
            ..Outgoing::default()
        };
        messages::put(ledger, &queue::ALL[at], &message)?;
        ledger
            .connection
            .prepare_cached("DELETE FROM schedules WHERE name = ?1")?
            .execute([name])?;
    }
    if count > 0 {
        ledger.wakes.add(Wake::Queue(at));
    }
    Ok(count)
}
