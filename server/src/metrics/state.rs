//! What is looked at when somebody asks: queues, the stream, the database, the process.

use std::sync::atomic::AtomicU64;

use embedded::{Database, queue};
use futures::FutureExt as _;
use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};
use queues::Broker as _;

use super::{Labels, process::Usage};
use crate::follow::FOLLOWER;

type Fraction = Gauge<f64, AtomicU64>;

/// What was seen at one look.
#[derive(Debug, Default)]
pub struct Seen {
    /// Name, state and number of messages.
    messages: Vec<(&'static str, &'static str, u32)>,
    /// Name and age of the oldest message, in seconds.
    ages: Vec<(&'static str, f64)>,
    /// Records that the relay has not done, and the age of the oldest in seconds.
    records: (u64, f64),
    database: embedded::Statistics,
    sizes: embedded::Sizes,
    connections: usize,
    usage: Usage,
}

impl Seen {
    /// Looks at the database and the process. `connections`: open ones of the WebSocket API. It blocks for some reads.
    #[must_use]
    pub fn now(database: &Database, connections: usize) -> Self {
        let mut seen = Self {
            database: database.statistics(),
            sizes: database.view().sizes(),
            connections,
            usage: Usage::of_this_process().unwrap_or_default(),
            ..Self::default()
        };
        for settings in queue::ALL {
            let name = settings.name;
            // Reads of the database are done when they return.
            if let Some(Ok(depth)) = database.depth(name).now_or_never() {
                let states = [
                    ("waiting", depth.waiting),
                    ("in-flight", depth.in_flight),
                    ("delayed", depth.delayed),
                ];
                let counted = states.map(|(state, number)| (name, state, number));
                seen.messages.extend(counted);
            }
            if let Ok(age) = database.view().age_of_oldest(name) {
                seen.ages
                    .push((name, age.unwrap_or_default().as_secs_f64()));
            }
        }
        if let Ok(waiting) = database.view().waiting(FOLLOWER) {
            let age = waiting
                .oldest
                .map(|oldest| bootstrap::clock::now() - oldest);
            let age = age.and_then(|age| std::time::Duration::try_from(age).ok());
            seen.records = (waiting.records, age.unwrap_or_default().as_secs_f64());
        }
        seen
    }
}

/// The gauges.
#[derive(Debug, Default)]
pub(super) struct State {
    messages: Family<Labels, Gauge>,
    ages: Family<Labels, Fraction>,
    records: Gauge,
    record_age: Fraction,
    writes: Gauge,
    commits: Gauge,
    failures: Gauge,
    file_bytes: Gauge,
    journal_bytes: Gauge,
    connections: Gauge,
    resident_bytes: Gauge,
    cpu_seconds: Fraction,
    open_files: Gauge,
}

impl State {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let state = Self::default();
        let mut add = |name: &str, help: &str, gauge: &Gauge| {
            registry.register(name, help, gauge.clone());
        };
        add(
            "stream_records",
            "Records that the relay has not done",
            &state.records,
        );
        add("database_writes", "Writes since the start", &state.writes);
        add(
            "database_commits",
            "Commits since the start, each a flush at most",
            &state.commits,
        );
        add(
            "database_failures",
            "Transactions that were lost and tried again",
            &state.failures,
        );
        add("database_bytes", "Size of the database", &state.file_bytes);
        add(
            "database_journal_bytes",
            "Size of its journal",
            &state.journal_bytes,
        );
        add(
            "live_connections",
            "Open connections of the WebSocket API",
            &state.connections,
        );
        add(
            "process_resident_memory_bytes",
            "Memory of the process",
            &state.resident_bytes,
        );
        add(
            "process_open_fds",
            "Open files and sockets",
            &state.open_files,
        );
        registry.register(
            "queue_messages",
            "Messages of a queue",
            state.messages.clone(),
        );
        let help = "Age of the oldest message of a queue";
        registry.register("queue_age_seconds", help, state.ages.clone());
        let help = "Age of the oldest record that the relay has not done";
        registry.register("stream_age_seconds", help, state.record_age.clone());
        let help = "CPU time of the process";
        registry.register("process_cpu_seconds", help, state.cpu_seconds.clone());
        state
    }

    /// Sets the gauges to what was seen.
    pub(super) fn show(&self, seen: &Seen) {
        let label = |name: &str, value: &'static str| (name.to_owned(), value);
        for &(queue, state, number) in &seen.messages {
            let labels = vec![label("queue", queue), label("state", state)];
            self.messages.get_or_create(&labels).set(i64::from(number));
        }
        for &(queue, age) in &seen.ages {
            self.ages
                .get_or_create(&vec![label("queue", queue)])
                .set(age);
        }
        let set = |gauge: &Gauge, value: u64| {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        set(&self.records, seen.records.0);
        self.record_age.set(seen.records.1);
        set(&self.writes, seen.database.writes);
        set(&self.commits, seen.database.commits);
        set(&self.failures, seen.database.failures);
        set(&self.file_bytes, seen.sizes.file_bytes);
        set(&self.journal_bytes, seen.sizes.journal_bytes);
        set(&self.connections, seen.connections as u64);
        set(&self.resident_bytes, seen.usage.resident_bytes);
        self.cpu_seconds.set(seen.usage.cpu_seconds);
        set(&self.open_files, seen.usage.open_files);
    }
}
