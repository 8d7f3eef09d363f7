//! Checks the database file, and the invariants of every event.

use std::{fmt::Write as _, time::Duration};

use anyhow::{Context as _, bail};
use embedded::{View, queue};

use super::{
    Source,
    audit::{Audit, Fault},
};
use crate::follow::FOLLOWER;

/// The number of times that the check reads the items of a running server. Only a fault that it finds every time is reported.
const LOOKS: usize = 3;
/// The interval between two reads of the items by the check. In this time, a running server can finish the effects of earlier
/// writes.
const BETWEEN: Duration = Duration::from_secs(2);

/// Runs all checks. If they find faults, returns an error that lists the faults.
pub(super) async fn run(source: &Source) -> anyhow::Result<String> {
    let view = &source.view;
    let (items, audit) = look(view).await?;
    let mut faults = audit.faults();
    for _ in 1..LOOKS {
        if faults.is_empty() || source.running.is_none() {
            break;
        }
        tokio::time::sleep(BETWEEN).await;
        let again = look(view).await?.1.faults();
        faults = faults.intersection(&again).cloned().collect();
    }
    let waiting = waiting(view)?;
    let mut wrong = of_file(view).await?;
    let mut behind = Vec::new();
    for fault in faults {
        match fault {
            Fault::Behind(text) if waiting > 0 => behind.push(text),
            Fault::Broken(text) | Fault::Behind(text) => wrong.push(text),
        }
    }
    if !wrong.is_empty() {
        bail!("{} faults:\n  {}", wrong.len(), wrong.join("\n  "));
    }
    let events = audit.events();
    let mut text = format!("all is well: {items} items, {events} events");
    if !behind.is_empty() {
        let rest = behind.join("\n  ");
        write!(
            text,
            "\n{waiting} records and messages wait to be processed, from which this should follow:\n  {rest}"
        )?;
    }
    Ok(text)
}

/// Returns the faults of the database file itself.
async fn of_file(view: &View) -> anyhow::Result<Vec<String>> {
    let view = view.clone();
    Ok(tokio::task::spawn_blocking(move || view.check()).await??)
}

/// Counts the records of the stream that wait to be processed, plus one if a message waits on `tickets`. While one of them
/// waits, the items of an event may disagree for a moment.
fn waiting(view: &View) -> anyhow::Result<u64> {
    let records = view.waiting(FOLLOWER)?.records;
    let has_tickets = view.age_of_oldest(queue::TICKETS.name)?.is_some();
    Ok(records + u64::from(has_tickets))
}

/// Reads all items as they were at one moment. Returns their number, and the audit that contains them.
async fn look(view: &View) -> anyhow::Result<(u64, Audit)> {
    let view = view.clone();
    let looked = tokio::task::spawn_blocking(move || {
        let mut audit = Audit::default();
        let count = view.each_item(|item| Ok(audit.add(item)?))?;
        Ok::<_, embedded::Error>((count, audit))
    });
    looked.await?.context("the items cannot be read")
}
