//! How a server does, in words.

use std::fmt::Write as _;

use bootstrap::clock;
use embedded::queue;
use futures::FutureExt as _;
use queues::Broker as _;

use super::Running;
use crate::{follow::FOLLOWER, host::Opened};

pub(super) fn text(opened: &Opened, running: Option<&Running>) -> anyhow::Result<String> {
    let mut text = String::new();
    let folder = opened.folder.path().display();
    match running {
        Some(running) => {
            let version = env!("CARGO_PKG_VERSION");
            let since = running.since;
            writeln!(
                text,
                "em-connect {version} serves {folder} at {}, since {since}",
                running.url
            )?;
            writeln!(text, "live connections   {}", running.live.open())?;
        }
        None => writeln!(text, "no server has {folder} open")?,
    }
    let database = &opened.database;
    let statistics = database.statistics();
    let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
    writeln!(
        text,
        "database           {} MiB, and {} MiB of journal",
        mebibytes(statistics.file_bytes),
        mebibytes(statistics.journal_bytes)
    )?;
    let waiting = database.stream(FOLLOWER).waiting()?;
    let age = waiting
        .oldest
        .map(|oldest| (clock::now() - oldest).get_seconds());
    write!(text, "relay              {} records wait", waiting.records)?;
    if let Some(age) = age {
        write!(text, ", the oldest for {age} s")?;
    }
    for settings in queue::ALL {
        // Reads of the database are done when they return.
        let Some(depth) = database.depth(settings.name).now_or_never() else {
            continue;
        };
        let depth = depth?;
        if settings.dead_letters.is_some() || depth.all() > 0 {
            let (name, in_flight) = (settings.name, depth.in_flight);
            let waiting = depth.waiting + depth.delayed;
            write!(text, "\n{name:<18} {waiting} wait, {in_flight} in work")?;
        }
    }
    Ok(text)
}
