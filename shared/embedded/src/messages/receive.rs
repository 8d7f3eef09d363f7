//! Receives messages from the queues.

use std::time::Duration;

use jiff::Timestamp;
use queues::Message;
use rusqlite::{Row, params};

use super::after;
use crate::{
    ledger::Ledger,
    queue::{self, DeadLetters, Settings},
    wake::Wake,
};

/// A message that can be received.
struct Candidate {
    id: i64,
    message: Message,
    first_received_at: Option<i64>,
    /// The number of times that the message was received before.
    received: u32,
    /// The number of times that the message was received before, without the receptions during which the process ended.
    attempts: u32,
}

/// Receives up to `most` messages. If a message was already received too often, it is moved to the dead-letter queue and not
/// returned.
pub(super) fn receive(
    ledger: &mut Ledger<'_>,
    settings: &Settings,
    most: usize,
    hidden: Duration,
) -> rusqlite::Result<Vec<Message>> {
    let mut messages = Vec::new();
    while messages.len() < most {
        let candidates = if settings.fifo {
            in_order(ledger, settings, most - messages.len())?
        } else {
            in_any_order(ledger, settings, most - messages.len())?
        };
        if candidates.is_empty() {
            break;
        }
        let mut moved = 0;
        for candidate in candidates {
            match settings.dead_letters {
                Some(dead_letters) if candidate.attempts >= dead_letters.after => {
                    set_aside(ledger, candidate.id, dead_letters)?;
                    moved += 1;
                }
                _ => messages.push(deliver(ledger, candidate, hidden)?),
            }
        }
        if moved == 0 {
            break;
        }
    }
    Ok(messages)
}

const COLUMNS: &str = "id, queue, body, grp, deduplication_id, reason, sent_at, received, interrupted, first_received_at";

fn in_any_order(
    ledger: &Ledger<'_>,
    settings: &Settings,
    most: usize,
) -> rusqlite::Result<Vec<Candidate>> {
    ledger
        .connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM messages WHERE queue = ?1 AND visible_at <= ?2
            ORDER BY visible_at LIMIT ?3"
        ))?
        .query_map(
            params![settings.name, ledger.now.as_millisecond(), most],
            candidate,
        )?
        .collect()
}

/// Returns messages of those groups that have no message in flight. Takes the messages of a group in their order, up to the
/// first one that is still delayed.
fn in_order(
    ledger: &Ledger<'_>,
    settings: &Settings,
    most: usize,
) -> rusqlite::Result<Vec<Candidate>> {
    let now = ledger.now.as_millisecond();
    let mut groups = ledger.connection.prepare_cached(
        "SELECT grp FROM messages AS first WHERE queue = ?1 AND visible_at <= ?2
            AND id = (SELECT min(id) FROM messages WHERE queue = ?1 AND grp = first.grp)
            AND NOT EXISTS (SELECT 1 FROM messages
                WHERE queue = ?1 AND grp = first.grp AND visible_at > ?2 AND received > 0)
        ORDER BY visible_at, id",
    )?;
    let mut of_group = ledger.connection.prepare_cached(&format!(
        "SELECT {COLUMNS}, visible_at FROM messages WHERE queue = ?1 AND grp = ?2 ORDER BY id"
    ))?;
    let mut candidates = Vec::new();
    let mut groups = groups.query(params![settings.name, now])?;
    while candidates.len() < most
        && let Some(row) = groups.next()?
    {
        let group: String = row.get(0)?;
        let mut rows = of_group.query(params![settings.name, group])?;
        while candidates.len() < most
            && let Some(row) = rows.next()?
            && row.get::<_, i64>("visible_at")? <= now
        {
            candidates.push(candidate(row)?);
        }
    }
    Ok(candidates)
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    let id: i64 = row.get("id")?;
    let received: u32 = row.get("received")?;
    let interrupted: u32 = row.get("interrupted")?;
    let attempts = received.saturating_sub(interrupted);
    Ok(Candidate {
        id,
        message: Message {
            id: id.to_string(),
            receipt: format!("{id}.{}", received + 1),
            body: row.get("body")?,
            queue: row.get("queue")?,
            group: row.get("grp")?,
            deduplication_id: row.get("deduplication_id")?,
            // A reception during which the process ended does not count. So the end of the process does not make the waits
            // between the retries of this message longer.
            receive_count: attempts + 1,
            sent_at: time(row.get("sent_at")?),
            first_received_at: None,
            reason: row.get("reason")?,
        },
        first_received_at: row.get("first_received_at")?,
        received,
        attempts,
    })
}

fn deliver(
    ledger: &Ledger<'_>,
    candidate: Candidate,
    hidden: Duration,
) -> rusqlite::Result<Message> {
    let now = ledger.now.as_millisecond();
    let first_received_at = candidate.first_received_at.unwrap_or(now);
    ledger
        .connection
        .prepare_cached(
            "UPDATE messages SET visible_at = ?2, received = ?3, first_received_at = ?4, in_flight = 1
            WHERE id = ?1",
        )?
        .execute(params![
            candidate.id,
            after(ledger.now, hidden),
            candidate.received + 1,
            first_received_at
        ])?;
    Ok(Message {
        first_received_at: time(first_received_at),
        ..candidate.message
    })
}

/// Moves a message to its queue's dead-letter queue. The message keeps its id and the time at which it was sent.
fn set_aside(ledger: &mut Ledger<'_>, id: i64, dead_letters: DeadLetters) -> rusqlite::Result<()> {
    ledger
        .connection
        .prepare_cached(
            "UPDATE messages SET queue = ?2, visible_at = ?3, received = 0, interrupted = 0,
                first_received_at = NULL, in_flight = 0
            WHERE id = ?1",
        )?
        .execute(params![id, dead_letters.queue, ledger.now.as_millisecond()])?;
    if let Some(at) = queue::index(dead_letters.queue) {
        ledger.wakes.add(Wake::Queue(at));
    }
    Ok(())
}

fn time(milliseconds: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(milliseconds).ok()
}
