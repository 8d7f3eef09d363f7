//! Metrics for Prometheus: those that the functions record, those of HTTP, and the state of the database and the process.

mod noted;
mod process;
mod server;
mod state;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use embedded::Database;
use prometheus_client::{
    encoding::prometheus_text,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

pub use server::MetricsServer;

use crate::live::OpenConnections;
use noted::NotedMetrics;
use state::State;

/// The prefix of the names of all metrics.
const PREFIX: &str = "em_connect";
/// The upper bounds of a histogram's buckets, in seconds.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
];

/// The names of labels, each with its value.
type Labels = Vec<(String, &'static str)>;

/// All metrics of a server.
#[derive(Debug, Clone)]
pub struct ServerMetrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    noted: NotedMetrics,
    requests: Family<Labels, Counter>,
    request_seconds: Histogram,
}

impl ServerMetrics {
    /// Returns the metrics of the server with this database and these live connections.
    #[must_use]
    pub fn new(database: Database, connections: OpenConnections) -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let requests = Family::default();
        registry.register(
            "http_requests",
            "Requests by the class of their answer's status",
            requests.clone(),
        );
        let request_seconds = seconds();
        registry.register(
            "http_request_seconds",
            "Time from a request's head to its answer's",
            request_seconds.clone(),
        );
        let noted = NotedMetrics::register(&mut registry);
        registry.register_collector(Box::new(State {
            database,
            connections,
        }));
        Self(Arc::new(Inner {
            registry,
            noted,
            requests,
            request_seconds,
        }))
    }
}

/// Returns an empty histogram of durations in seconds.
fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

impl ServerMetrics {
    /// Records the status of an answered request, and the time that the answer took.
    pub fn answered(&self, status: u16, took: Duration) {
        let class = match status {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        let labels = vec![("status".to_owned(), class)];
        self.0.requests.get_or_create(&labels).inc();
        self.0.request_seconds.observe(took.as_secs_f64());
    }

    /// Returns all metrics in the text format of Prometheus. The call blocks its thread, because it reads the database.
    ///
    /// # Errors
    /// A metric cannot be written.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.0.registry)?;
        Ok(text)
    }
}

/// Receives the metrics that the functions record.
impl bootstrap::metrics::Writer for ServerMetrics {
    fn write(&self, noted: Vec<bootstrap::metrics::Noted>, _: Option<&str>) {
        self.0.noted.add(noted);
    }
}
