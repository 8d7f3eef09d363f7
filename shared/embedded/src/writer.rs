//! The only thread that writes. It makes all waiting writes within one transaction of `SQLite`, flushes the file to the disk
//! once, and then replies to all callers (group commit).
//!
//! Each write has its own savepoint. So a write that fails is undone alone, and the other writes of the transaction are kept.
//! If the whole transaction is lost, for example because the disk is full, each write is retried alone.
//!
//! Invariant: a caller gets no reply before its write is on the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::{
    error::Error,
    ledger::{Fault, Ledger},
    options::{Clock, Observer},
    wake::{Bells, Wakes},
};

/// The maximum number of writes in one transaction.
const BATCH: usize = 128;
/// The maximum number of writes that may wait for the writer's thread. When so many are waiting, further callers wait before
/// they can submit a write.
const WAITING: usize = 512;

/// The handle of the writer's thread.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    pub(crate) counts: Arc<Counts>,
}

/// The counters that the writer's thread increases.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) writes: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) failures: AtomicU64,
}

/// The connection and the other objects that the writer's thread uses.
pub(crate) struct Bench {
    pub(crate) connection: Connection,
    pub(crate) clock: Clock,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) bells: Arc<Bells>,
    pub(crate) counts: Arc<Counts>,
}

/// The error of a write that cannot be made, because the writer's thread has ended.
#[derive(Debug, thiserror::Error)]
#[error("the database is closed")]
struct Closed;

/// The error of a write whose code panicked.
#[derive(Debug, thiserror::Error)]
#[error("a write panicked")]
struct Panicked;

/// A write, together with the channel through which its caller gets the reply.
trait Job: Send {
    /// Makes the write. If the whole transaction is lost, this method is called a second time.
    fn run(&mut self, ledger: &mut Ledger<'_>) -> Verdict;

    /// Sends the reply to the caller. If `failed` contains an error, the write was not made because of this error.
    fn answer(self: Box<Self>, failed: Option<Error>);
}

/// The action that the transaction must take for the rows that a write has changed.
enum Verdict {
    Keep,
    Undo,
    Failed(rusqlite::Error),
}

struct Task<T, E, F> {
    work: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Task<T, E, F>
where
    F: FnMut(&mut Ledger<'_>) -> Result<T, Fault<E>> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, ledger: &mut Ledger<'_>) -> Verdict {
        match (self.work)(ledger) {
            Ok(done) => {
                self.outcome = Some(Ok(done));
                Verdict::Keep
            }
            Err(Fault::Answer(error)) => {
                self.outcome = Some(Err(error));
                Verdict::Undo
            }
            Err(Fault::Sqlite(error)) => Verdict::Failed(error),
        }
    }

    fn answer(self: Box<Self>, failed: Option<Error>) {
        let outcome = match (failed, self.outcome) {
            (None, Some(outcome)) => outcome,
            (Some(error), _) => Err(error.into()),
            (None, None) => Err(Error::unavailable(Panicked).into()),
        };
        // If the caller has stopped waiting, nobody receives the reply, which is not an error.
        let _gone = self.reply.send(outcome);
    }
}

impl Writer {
    /// Starts the writer's thread.
    pub(crate) fn start(bench: Bench) -> std::io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let counts = bench.counts.clone();
        let thread = std::thread::Builder::new()
            .name("database-writer".to_owned())
            .spawn(move || bench.work(waiting))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            counts,
        })
    }

    /// Makes a write, and returns after the write is on the disk. `work` may run more than once, because a lost transaction is
    /// retried. If the caller stops waiting, the write is still made.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnMut(&mut Ledger<'_>) -> Result<T, Fault<E>> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let closed = || E::from(Error::unavailable(Closed));
        let (reply, answer) = oneshot::channel();
        let task = Task {
            work,
            outcome: None,
            reply,
        };
        let jobs = self.jobs.as_ref().ok_or_else(closed)?;
        jobs.send(Box::new(task)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

impl Drop for Writer {
    /// Waits until the writer's thread has made all waiting writes and has ended.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("database_writer_panicked");
        }
    }
}

impl Bench {
    fn work(mut self, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = waiting.blocking_recv() {
            let mut jobs = vec![first];
            while jobs.len() < BATCH
                && let Ok(job) = waiting.try_recv()
            {
                jobs.push(job);
            }
            self.make(jobs);
        }
    }

    /// Makes the writes, and replies to their callers.
    fn make(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        match self.transaction(&mut jobs) {
            Ok(failures) => answer(jobs, failures),
            Err(error) if jobs.len() == 1 => answer(jobs, vec![Some(error)]),
            Err(error) => {
                tracing::warn!(error = %chain(&error), writes = jobs.len(), "transaction_lost");
                for job in jobs {
                    let mut alone = [job];
                    let failures = match self.transaction(&mut alone) {
                        Ok(failures) => failures,
                        Err(error) => vec![Some(error)],
                    };
                    answer(alone, failures);
                }
            }
        }
    }

    /// Makes the writes in one transaction. Returns one result for each write: an error if that write was not made. If the
    /// whole transaction is lost, so that no write was made, returns one error.
    fn transaction(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<Vec<Option<Error>>, Error> {
        let made = self.attempt(jobs);
        if made.is_err() {
            self.counts.failures.fetch_add(1, Ordering::Relaxed);
            if !self.connection.is_autocommit() {
                // If the rollback also fails, the BEGIN of the next transaction reports an error.
                let _rolled_back = execute(&self.connection, "ROLLBACK");
            }
        }
        made
    }

    fn attempt(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<Vec<Option<Error>>, Error> {
        execute(&self.connection, "BEGIN IMMEDIATE")?;
        let mut ledger = Ledger {
            connection: &self.connection,
            now: self.clock.now(),
            is_observed: self.observer.is_some(),
            changes: Vec::new(),
            wakes: Wakes::default(),
        };
        let mut failures = Vec::with_capacity(jobs.len());
        for job in jobs.iter_mut() {
            failures.push(savepoint(job.as_mut(), &mut ledger)?);
        }
        execute(&self.connection, "COMMIT")?;
        let writes = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
        self.counts.writes.fetch_add(writes, Ordering::Relaxed);
        self.counts.commits.fetch_add(1, Ordering::Relaxed);
        if let Some(observer) = &self.observer
            && !ledger.changes.is_empty()
            && catch_unwind(AssertUnwindSafe(|| observer.committed(&ledger.changes))).is_err()
        {
            tracing::error!("observer_panicked");
        }
        self.bells.ring(ledger.wakes);
        Ok(failures)
    }
}

/// Makes one write in its own savepoint. Returns an inner error if only this write was not made, and an outer error if the
/// whole transaction is lost.
fn savepoint(job: &mut dyn Job, ledger: &mut Ledger<'_>) -> Result<Option<Error>, Error> {
    execute(ledger.connection, "SAVEPOINT one")?;
    let changes = ledger.changes.len();
    let failed = match catch_unwind(AssertUnwindSafe(|| job.run(ledger))) {
        Ok(Verdict::Keep) => {
            execute(ledger.connection, "RELEASE one")?;
            return Ok(None);
        }
        Ok(Verdict::Undo) => None,
        Ok(Verdict::Failed(error)) => {
            let error = Error::from(error);
            if ledger.connection.is_autocommit() {
                return Err(error);
            }
            Some(error)
        }
        Err(_) => Some(Error::unavailable(Panicked)),
    };
    execute(ledger.connection, "ROLLBACK TO one")?;
    execute(ledger.connection, "RELEASE one")?;
    ledger.changes.truncate(changes);
    Ok(failed)
}

fn answer(jobs: impl IntoIterator<Item = Box<dyn Job>>, failures: Vec<Option<Error>>) {
    for (job, failed) in jobs.into_iter().zip(failures) {
        job.answer(failed);
    }
}

fn execute(connection: &Connection, statement: &str) -> Result<(), Error> {
    connection.prepare_cached(statement)?.execute([])?;
    Ok(())
}

/// Returns the texts of the error and of all its causes in one line, for a log entry.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}

#[cfg(test)]
mod tests;
