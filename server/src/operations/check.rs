//! Checks the file, and the invariants of every event.

use std::{
    fmt::Write as _,
    io::{self, Write},
    time::Duration,
};

use anyhow::{Context as _, bail};
use embedded::Database;
use serde::Deserialize;
use store::stream;

use super::audit::{Audit, Fault};
use crate::{follow::FOLLOWER, host::Opened};

/// Looks at a server that runs: a fault that all of them see is one.
const LOOKS: usize = 3;
/// Time between two looks, in which what follows from writes is done.
const BETWEEN: Duration = Duration::from_secs(2);

/// Checks everything. An error lists what is wrong.
pub(super) async fn run(opened: &Opened, is_running: bool) -> anyhow::Result<String> {
    let (items, audit) = look(&opened.database).await?;
    let mut faults = audit.faults();
    for _ in 1..LOOKS {
        if faults.is_empty() || !is_running {
            break;
        }
        tokio::time::sleep(BETWEEN).await;
        let again = look(&opened.database).await?.1.faults();
        faults = faults.intersection(&again).cloned().collect();
    }
    let waiting = waiting(&opened.database)?;
    let mut wrong = of_file(&opened.database).await?;
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

/// Faults of the file itself.
async fn of_file(database: &Database) -> anyhow::Result<Vec<String>> {
    let database = database.clone();
    Ok(tokio::task::spawn_blocking(move || database.check()).await??)
}

/// Records and messages from which something follows for guest lists.
fn waiting(database: &Database) -> anyhow::Result<u64> {
    let records = database.stream(FOLLOWER).waiting()?.records;
    let has_tickets = database.age_of_oldest("tickets")?.is_some();
    Ok(records + u64::from(has_tickets))
}

/// All items of one moment.
async fn look(database: &Database) -> anyhow::Result<(u64, Audit)> {
    let database = database.clone();
    let looked = tokio::task::spawn_blocking(move || {
        let mut items = Items::default();
        let count = database.export(&mut items)?;
        Ok::<_, embedded::Error>((count, items.audit))
    });
    looked.await?.context("the items cannot be read")
}

/// Reads the lines of an export.
#[derive(Debug, Default)]
struct Items {
    begun: Vec<u8>,
    audit: Audit,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    item: serde_dynamo::Item,
}

impl Write for Items {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let Line { item } = serde_json::from_slice(&self.begun)?;
                let change = stream::change(serde_dynamo::Item::default(), item);
                self.audit.add(change.map_err(io::Error::other)?);
                self.begun.clear();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
