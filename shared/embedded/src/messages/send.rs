//! Puts messages on the queues.

use std::time::Duration;

use jiff::Timestamp;
use queues::Outgoing;
use rusqlite::params;

use super::after;
use crate::{error::Error, ledger::Ledger, queue::Settings};

/// The time for which a queue stores a deduplication id ("Exactly-once processing in Amazon SQS").
pub(super) const REMEMBERED: Duration = Duration::from_mins(5);
/// The longest delay that a sender may give a message.
pub(super) const MAX_DELAY: Duration = Duration::from_mins(15);
/// The size of the largest message in bytes ("Amazon SQS message quotas").
const MAX_BODY: usize = 1 << 20;

/// The SQL statement that deletes expired deduplication ids. Its only parameter is the current time, in milliseconds since
/// 1970.
pub(crate) const FORGOTTEN: &str = "DELETE FROM deduplication WHERE until <= ?1";

/// Refuses messages that SQS would refuse.
pub(super) fn check(settings: &Settings, messages: &[Outgoing]) -> Result<(), Error> {
    let fault = messages.iter().find_map(|message| {
        let has_both = message.group.is_some() && message.deduplication_id.is_some();
        if settings.fifo && !has_both {
            Some("a message of a FIFO queue has a group and a deduplication id")
        } else if settings.fifo && message.delay.is_some() {
            Some("a message of a FIFO queue has the delay of the queue")
        } else if !settings.fifo && message.deduplication_id.is_some() {
            Some("a message has a deduplication id on a FIFO queue only")
        } else if message.delay.is_some_and(|delay| delay > MAX_DELAY) {
            Some("a message is delayed by 15 minutes at most")
        } else if message.body.is_empty() {
            Some("a message is empty")
        } else if message.body.len() > MAX_BODY {
            Some("a message is larger than 1 MiB")
        } else {
            None
        }
    });
    fault.map_or(Ok(()), |fault| Err(Error::refused(fault)))
}

pub(super) fn all(
    ledger: &Ledger<'_>,
    settings: &Settings,
    messages: &[Outgoing],
) -> rusqlite::Result<()> {
    messages
        .iter()
        .try_for_each(|message| put(ledger, settings, message))
}

/// Puts a message on a queue. Drops it if somebody sent the queue a message with the same deduplication id in the last five
/// minutes.
pub(crate) fn put(
    ledger: &Ledger<'_>,
    settings: &Settings,
    message: &Outgoing,
) -> rusqlite::Result<()> {
    if let Some(name) = &message.deduplication_id {
        let scope = match &message.group {
            Some(group) if settings.deduplicates_in_groups => group,
            _ => "",
        };
        if !remember(ledger, settings, scope, name)? {
            return Ok(());
        }
    }
    ledger
        .connection
        .prepare_cached(
            "INSERT INTO messages (queue, body, grp, deduplication_id, reason, sent_at, visible_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            settings.name,
            message.body,
            message.group,
            message.deduplication_id,
            message.reason,
            ledger.now.as_millisecond(),
            after(ledger.now, message.delay.unwrap_or(settings.delay)),
        ])?;
    Ok(())
}

/// Stores the deduplication id of a message. Returns `false` if the id is stored already.
fn remember(
    ledger: &Ledger<'_>,
    settings: &Settings,
    scope: &str,
    name: &str,
) -> rusqlite::Result<bool> {
    let Ledger { now, .. } = *ledger;
    let remembered = ledger
        .connection
        .prepare_cached(
            "INSERT INTO deduplication (queue, scope, name, until) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET until = excluded.until WHERE until <= ?5",
        )?
        .execute(params![
            settings.name,
            scope,
            name,
            after(now, REMEMBERED),
            Timestamp::as_millisecond(now)
        ])?;
    Ok(remembered == 1)
}
