//! The metrics that are read when Prometheus requests them: those of the queues, the stream, the database and the process.

use std::fmt;

use bootstrap::clock;
use embedded::{Database, Waiting, queue};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder},
    metrics::{MetricType, counter::ConstCounter, gauge::ConstGauge},
};

use super::process::Usage;
use crate::{follow::FOLLOWER, live::OpenConnections};

/// Reads the state of a server. If a metric cannot be read, it has no sample, because a zero would look like an empty queue.
#[derive(Debug)]
pub(super) struct State {
    pub(super) database: Database,
    pub(super) connections: OpenConnections,
}

impl Collector for State {
    fn encode(&self, encoder: DescriptorEncoder) -> fmt::Result {
        let mut samples = Samples(encoder);
        self.queues(&mut samples)?;
        self.stream(&mut samples)?;
        self.database(&mut samples)?;
        samples.gauge(
            "live_connections",
            "Open connections of the WebSocket API",
            Some(self.connections.len()),
        )?;
        process(&mut samples)
    }
}

impl State {
    fn queues(&self, samples: &mut Samples<'_>) -> fmt::Result {
        let view = self.database.view();
        let help = "Messages of a queue";
        let mut family = samples.family("queue_messages", help, MetricType::Gauge)?;
        for name in queue::ALL.map(|settings| settings.name) {
            let Ok(depth) = view.depth(name) else {
                continue;
            };
            for (state, number) in [
                ("waiting", depth.waiting),
                ("in-flight", depth.in_flight),
                ("delayed", depth.delayed),
            ] {
                let labels = [("queue", name), ("state", state)];
                ConstGauge::new(number).encode(family.encode_family(&labels)?)?;
            }
        }
        let help = "Age of the oldest message of a queue; zero if there is none";
        let mut family = samples.family("queue_age_seconds", help, MetricType::Gauge)?;
        for name in queue::ALL.map(|settings| settings.name) {
            if let Ok(age) = view.age_of_oldest(name) {
                let seconds = age.unwrap_or_default().as_secs_f64();
                ConstGauge::new(seconds).encode(family.encode_family(&[("queue", name)])?)?;
            }
        }
        Ok(())
    }

    fn stream(&self, samples: &mut Samples<'_>) -> fmt::Result {
        let waiting = self.database.view().waiting(FOLLOWER).ok();
        let age = |waiting: Waiting| {
            let age = waiting.oldest.map(|oldest| clock::now() - oldest);
            let age = age.and_then(|age| std::time::Duration::try_from(age).ok());
            age.unwrap_or_default().as_secs_f64()
        };
        samples.gauge(
            "stream_records",
            "Records that the relay has not done",
            waiting.map(|waiting| waiting.records),
        )?;
        samples.gauge(
            "stream_age_seconds",
            "Age of the oldest record that the relay has not done; zero if there is none",
            waiting.map(age),
        )
    }

    fn database(&self, samples: &mut Samples<'_>) -> fmt::Result {
        let statistics = self.database.statistics();
        let help = "Writes since the start";
        samples.counter("database_writes", help, statistics.writes)?;
        let help = "Commits since the start, each a flush at most";
        samples.counter("database_commits", help, statistics.commits)?;
        let help = "Transactions that were lost and tried again";
        samples.counter("database_failures", help, statistics.failures)?;
        let sizes = self.database.view().sizes().ok();
        samples.gauge(
            "database_bytes",
            "Size of the database",
            sizes.map(|sizes| sizes.file_bytes),
        )?;
        samples.gauge(
            "database_journal_bytes",
            "Size of the database's journal",
            sizes.map(|sizes| sizes.journal_bytes),
        )
    }
}

fn process(samples: &mut Samples<'_>) -> fmt::Result {
    let Some(usage) = Usage::of_this_process() else {
        return Ok(());
    };
    samples.gauge(
        "process_resident_memory_bytes",
        "Memory of the process",
        Some(usage.resident_bytes),
    )?;
    let help = "CPU time of the process";
    samples.counter("process_cpu_seconds", help, usage.cpu_seconds)?;
    let help = "Open files and sockets";
    samples.gauge("process_open_fds", help, Some(usage.open_files))
}

/// Writes the samples of metrics.
struct Samples<'a>(DescriptorEncoder<'a>);

impl Samples<'_> {
    fn family<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        kind: MetricType,
    ) -> Result<MetricEncoder<'s>, fmt::Error> {
        self.0.encode_descriptor(name, help, None, kind)
    }

    /// Writes a gauge with this value. Writes nothing if there is no value.
    fn gauge<N>(&mut self, name: &str, help: &str, value: Option<N>) -> fmt::Result
    where
        ConstGauge<N>: EncodeMetric,
    {
        match value {
            Some(value) => {
                ConstGauge::new(value).encode(self.family(name, help, MetricType::Gauge)?)
            }
            None => Ok(()),
        }
    }

    fn counter<N>(&mut self, name: &str, help: &str, value: N) -> fmt::Result
    where
        ConstCounter<N>: EncodeMetric,
    {
        ConstCounter::new(value).encode(self.family(name, help, MetricType::Counter)?)
    }
}
