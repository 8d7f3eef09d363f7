//! Sends, receives, hides and deletes the messages of the queues.
//!
//! These queues are stricter than SQS in three ways. The number of messages is exact. A receipt is valid until the message is
//! received the next time. A queue without FIFO order delivers messages in the order in which they become visible.

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

/// If the process ends while it handles a received message, this reception does not count towards the limit after which the
/// message becomes a dead letter. This constant is the maximum number of such receptions of one message. Without this maximum,
/// a message that crashes the process would be delivered for ever.
const MOST_INTERRUPTED: u32 = 20;

impl Database {
    /// Waits up to `patience` for messages of a queue, and receives up to `most` of them, but never more than ten. The messages
    /// are hidden for the queue's visibility timeout. The result is empty if no message came in time.
    ///
    /// This call needs the timer of a tokio runtime. If the call is cancelled, the messages that it has already received stay
    /// hidden until their visibility timeout ends, or until the database is closed and opened.
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
            // The time is read before the queue. If a message becomes visible between the two reads, the wait below ends
            // immediately, so the message is not missed.
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
            // The loop reads the queue once more, whether a commit woke this task or the time ran out.
            let _woken = tokio::time::timeout_at(until, bell.changed()).await;
        }
    }

    /// Deletes the messages with these receipts. A message is kept if it was received a second time after its receipt was
    /// issued.
    ///
    /// # Errors
    /// There is no such queue, or the database is not available. If the call fails, the messages are delivered again.
    pub async fn delete_all(&self, queue: &str, receipts: Vec<String>) -> Result<(), Error> {
        let (at, settings) = known(queue)?;
        let work = move |ledger: &mut Ledger<'_>| Ok(delete(ledger, at, settings, &receipts)?);
        self.writer().write(work).await
    }

    /// Finishes the processing of received messages. Deletes the messages whose receipts are in `done`. The messages whose
    /// receipts are in `failed` stay hidden until their visibility timeout ends, even if the database is closed and opened
    /// before that. If a message was received a second time after its receipt was issued, it is not changed.
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

    /// Returns how long after `looked_at` the first hidden message can be received. Messages that were already visible at
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
/// it is due for the next attempt. No message stays hidden for longer than SQS allows, even if the clock was set back while the
/// database was closed.
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

/// Is called after the clock was set back by `time`. Moves back by the same time: the ends of all message delays and visibility
/// timeouts, and the times at which deduplication ids expire.
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

/// Deletes messages that were kept for longer than the retention time of their queue, up to `most` in each queue. Returns the
/// number of deleted messages.
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

/// Parses a receipt. Returns the id of the message, and the number of the reception for which the receipt was issued.
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
        // After a message of a FIFO group is deleted, the next message of the group can be received.
        ledger.wakes.add(Wake::Queue(at));
    }
    Ok(())
}

/// Marks received messages as failed, so that they are no longer in flight. They stay hidden until their visibility timeout
/// ends.
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

/// Hands received messages back to the queue. They are no longer in flight, and stay hidden for `time`. Returns how many of the
/// receipts were no longer valid.
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

/// Returns the time that is `time` later than `now`, in milliseconds since 1970.
fn after(now: Timestamp, time: Duration) -> i64 {
    let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    now.as_millisecond().saturating_add(time)
}

#[cfg(test)]
mod tests;
