//! Sends, receives, hides and deletes the messages of the queues.
//!
//! These queues are stricter than SQS in three ways. The number of messages is exact. A receipt is valid until the message is
//! received again. A queue without FIFO order delivers messages in the order in which they become visible.

mod ports;
mod receive;
mod send;

use std::time::Duration;

use jiff::Timestamp;
use queues::{Depth, Message};
use rusqlite::{Connection, params};

use crate::{
    Database,
    error::Error,
    ledger::{Fault, Ledger},
    queue::{self, Settings},
    wake::Wake,
};

pub(crate) use send::{FORGOTTEN, put};

/// The maximum number of receptions of a message that do not count towards its dead-letter limit because the process ended
/// during them. Without this maximum, a message that crashes the process would be delivered for ever.
const MOST_INTERRUPTED: u32 = 20;

impl Database {
    /// Waits up to `patience` for messages of a queue, and receives up to `most` of them, at most ten. The messages are hidden
    /// for the queue's visibility timeout. The result is empty if no message came in time.
    ///
    /// This call needs the timer of a tokio runtime. If the call is cancelled, messages that it has received stay hidden until
    /// their timeout ends, or until the database is opened again.
    ///
    /// # Errors
    /// There is no such queue, or the database is not available.
    pub async fn take(
        &self,
        queue: &str,
        most: usize,
        patience: Duration,
    ) -> Result<Vec<Message>, Error> {
        let (at, settings) = known(queue)?;
        let deadline = tokio::time::Instant::now() + patience;
        let mut bell = self.bells().listen(Wake::Queue(at));
        loop {
            bell.borrow_and_update();
            // The time is read before the queue, so that a message that becomes visible between the two reads is not missed.
            let looked_at = self.clock().now();
            let messages = self
                .receive_now(settings, most, settings.visibility)
                .await?;
            let now = tokio::time::Instant::now();
            if !messages.is_empty() || now >= deadline {
                return Ok(messages);
            }
            let until = match self.next_visible(settings, looked_at)? {
                Some(wait) => deadline.min(now + wait),
                None => deadline,
            };
            // The queue is read again, whether a commit woke this task or the time ran out.
            let _woken = tokio::time::timeout_at(until, bell.changed()).await;
        }
    }

    /// Deletes the messages with these receipts. Keeps a message if it was received again after its receipt was issued.
    ///
    /// # Errors
    /// There is no such queue, or the database is not available. If the call fails, the messages are delivered again.
    pub async fn delete_all(&self, queue: &str, receipts: Vec<String>) -> Result<(), Error> {
        let (at, settings) = known(queue)?;
        let work = move |ledger: &mut Ledger<'_>| Ok(delete(ledger, at, settings, &receipts)?);
        self.writer().write(work).await
    }

    /// Ends the receptions of messages. Deletes the messages of `done`. The messages of `failed` stay hidden until their
    /// visibility timeout ends, even if the database is closed and opened again. A message that was received again after its
    /// receipt was issued is not changed.
    ///
    /// # Errors
    /// There is no such queue, or the database is not available. If the call fails, all of the messages are delivered again.
    pub async fn end_receptions(
        &self,
        queue: &str,
        done: Vec<String>,
        failed: Vec<String>,
    ) -> Result<(), Error> {
        let (at, settings) = known(queue)?;
        let work = move |ledger: &mut Ledger<'_>| {
            delete(ledger, at, settings, &done)?;
            Ok(fail(ledger, settings, &failed)?)
        };
        self.writer().write(work).await
    }

    async fn receive_now(
        &self,
        settings: &'static Settings,
        most: usize,
        hidden: Duration,
    ) -> Result<Vec<Message>, Error> {
        let most = most.min(queue::MOST);
        let now = self.clock().now().as_millisecond();
        let is_empty = self.readers().read(|reader| {
            let visible = reader
                .prepare_cached("SELECT 1 FROM messages WHERE queue = ?1 AND visible_at <= ?2")?
                .exists(params![settings.name, now])?;
            Ok(!visible)
        })?;
        if is_empty {
            return Ok(Vec::new());
        }
        let work =
            move |ledger: &mut Ledger<'_>| Ok(receive::receive(ledger, settings, most, hidden)?);
        self.writer().write::<_, Error, _>(work).await
    }

    /// Returns the time from `looked_at` until the first hidden message can be received. Messages that were visible at
    /// `looked_at` are ignored.
    fn next_visible(
        &self,
        settings: &Settings,
        looked_at: Timestamp,
    ) -> Result<Option<Duration>, Error> {
        let now = looked_at.as_millisecond();
        let next: Option<i64> = self.readers().read(|reader| {
            Ok(reader
                .prepare_cached(
                    "SELECT min(visible_at) FROM messages WHERE queue = ?1 AND visible_at > ?2",
                )?
                .query_row(params![settings.name, now], |row| row.get(0))?)
        })?;
        let wait = next.map(|next| u64::try_from(next - now).unwrap_or(0));
        Ok(wait.map(Duration::from_millis))
    }
}

/// Prepares the queues of a database that is being opened. A message that was in flight can be received immediately, because
/// the process that received it has ended. A message that failed before, or that its consumer handed back, stays hidden until
/// its wait for the next attempt ends. No message is delayed for longer than SQS allows, even if the clock was set back.
pub(crate) fn release(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let now = now.as_millisecond();
    connection.execute(
        "UPDATE messages SET visible_at = ?1, interrupted = min(interrupted + 1, ?2), in_flight = 0
        WHERE in_flight = 1 AND visible_at > ?1",
        params![now, MOST_INTERRUPTED],
    )?;
    let longest = now + i64::try_from(send::MAX_DELAY.as_millis()).unwrap_or(0);
    connection.execute(
        "UPDATE messages SET visible_at = ?1 WHERE visible_at > ?1",
        [longest],
    )?;
    let longest = now + i64::try_from(send::REMEMBERED.as_millis()).unwrap_or(0);
    connection.execute(
        "UPDATE deduplication SET until = ?1 WHERE until > ?1",
        [longest],
    )?;
    Ok(())
}

/// Moves the ends of all delays, visibility timeouts and deduplication ids back by `time`, because the clock was set back by
/// the same time.
pub(crate) fn set_back(ledger: &mut Ledger<'_>, time: Duration) -> rusqlite::Result<()> {
    let time = i64::try_from(time.as_millis()).unwrap_or(0);
    ledger
        .connection
        .execute("UPDATE messages SET visible_at = visible_at - ?1", [time])?;
    ledger
        .connection
        .execute("UPDATE deduplication SET until = until - ?1", [time])?;
    for at in 0..queue::ALL.len() {
        ledger.wakes.add(Wake::Queue(at));
    }
    Ok(())
}

/// Deletes messages that are older than the retention time, up to `most` of each queue. Returns the number of deleted messages.
pub(crate) fn forget(ledger: &mut Ledger<'_>, most: usize) -> Result<usize, Fault<Error>> {
    let now = ledger.now.as_millisecond();
    let mut forgotten = 0;
    for settings in &queue::ALL {
        let kept = i64::try_from(settings.retention.as_millis()).unwrap_or(i64::MAX);
        forgotten += ledger
            .connection
            .prepare_cached(
                "DELETE FROM messages WHERE id IN
                (SELECT id FROM messages WHERE queue = ?1 AND sent_at < ?2 LIMIT ?3)",
            )?
            .execute(params![settings.name, now.saturating_sub(kept), most])?;
    }
    Ok(forgotten)
}

pub(crate) fn known(queue: &str) -> Result<(usize, &'static Settings), Error> {
    let at = queue::index(queue).ok_or_else(|| Error::refused("there is no such queue"))?;
    Ok((at, &queue::ALL[at]))
}

/// Parses a receipt into the id of the message and the number of the reception.
fn reception(receipt: &str) -> Option<(i64, u32)> {
    let (id, received) = receipt.split_once('.')?;
    Some((id.parse().ok()?, received.parse().ok()?))
}

fn delete(
    ledger: &mut Ledger<'_>,
    at: usize,
    settings: &Settings,
    receipts: &[String],
) -> rusqlite::Result<()> {
    for (id, received) in receipts.iter().filter_map(|receipt| reception(receipt)) {
        ledger
            .connection
            .prepare_cached("DELETE FROM messages WHERE id = ?1 AND queue = ?2 AND received = ?3")?
            .execute(params![id, settings.name, received])?;
    }
    if settings.fifo {
        // Now the next message of the group can be received.
        ledger.wakes.add(Wake::Queue(at));
    }
    Ok(())
}

/// Ends the receptions of messages that failed. The messages stay hidden until their visibility timeout ends.
fn fail(ledger: &Ledger<'_>, settings: &Settings, receipts: &[String]) -> rusqlite::Result<()> {
    for (id, received) in receipts.iter().filter_map(|receipt| reception(receipt)) {
        ledger
            .connection
            .prepare_cached(
                "UPDATE messages SET in_flight = 0 WHERE id = ?1 AND queue = ?2 AND received = ?3",
            )?
            .execute(params![id, settings.name, received])?;
    }
    Ok(())
}

/// Hands messages back to the queue: ends their receptions, and hides them for `time`. Returns the number of receipts that were
/// no longer valid.
fn hide(
    ledger: &Ledger<'_>,
    settings: &Settings,
    receipts: &[String],
    time: Duration,
) -> rusqlite::Result<usize> {
    let until = after(ledger.now, time);
    let mut refused = 0;
    for receipt in receipts {
        let hidden = match reception(receipt) {
            None => 0,
            Some((id, received)) => ledger
                .connection
                .prepare_cached(
                    "UPDATE messages SET visible_at = ?4, in_flight = 0
                    WHERE id = ?1 AND queue = ?2 AND received = ?3",
                )?
                .execute(params![id, settings.name, received, until])?,
        };
        refused += 1 - hidden;
    }
    Ok(refused)
}

/// Returns the number of messages of a queue in each state. `now` is in milliseconds since 1970.
pub(crate) fn depth(reader: &Connection, settings: &Settings, now: i64) -> rusqlite::Result<Depth> {
    let mut statement = reader.prepare_cached(
        "SELECT count(*) FILTER (WHERE visible_at <= ?2),
            count(*) FILTER (WHERE visible_at > ?2 AND received > 0),
            count(*) FILTER (WHERE visible_at > ?2 AND received = 0)
        FROM messages WHERE queue = ?1",
    )?;
    statement.query_row(params![settings.name, now], |row| {
        Ok(Depth {
            waiting: row.get(0)?,
            in_flight: row.get(1)?,
            delayed: row.get(2)?,
        })
    })
}

/// Returns the time that is `time` after `now`, in milliseconds since 1970.
fn after(now: Timestamp, time: Duration) -> i64 {
    let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    now.as_millisecond().saturating_add(time)
}

#[cfg(test)]
mod tests;
