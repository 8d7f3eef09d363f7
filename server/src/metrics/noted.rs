//! The metrics that the functions record. Each has the same name as on AWS, but in the spelling of Prometheus.

use std::collections::BTreeMap;

use bootstrap::metrics::{Metric, Noted, Unit};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use super::{Labels, seconds};

/// The metrics of the functions, by their names on AWS.
#[derive(Debug)]
pub(super) struct NotedMetrics {
    counts: BTreeMap<&'static str, Family<Labels, Counter>>,
    times: BTreeMap<&'static str, Family<Labels, Histogram>>,
}

impl NotedMetrics {
    /// Registers all metrics, so that a counter without labels has a sample of 0 before a function records a value.
    pub(super) fn register(registry: &mut Registry) -> Self {
        let mut metrics = Self {
            counts: BTreeMap::new(),
            times: BTreeMap::new(),
        };
        for (name, unit, dimensions) in Metric::ALL {
            let help = format!("{name}, see docs/aws.md");
            match unit {
                Unit::Count => {
                    let family = Family::<Labels, Counter>::default();
                    registry.register(snake(name), help, family.clone());
                    if dimensions.is_empty() {
                        let _zero = family.get_or_create(&Labels::new());
                    }
                    metrics.counts.insert(name, family);
                }
                Unit::Milliseconds => {
                    let family = Family::<Labels, Histogram>::new_with_constructor(seconds);
                    registry.register(format!("{}_seconds", snake(name)), help, family.clone());
                    metrics.times.insert(name, family);
                }
            }
        }
        metrics
    }

    /// Adds the values that functions have recorded.
    pub(super) fn add(&self, noted: Vec<Noted>) {
        for Noted { metric, values } in noted {
            let dimensions = metric.dimensions().into_iter();
            let labels: Labels = dimensions
                .map(|(name, value)| (snake(name), value))
                .collect();
            if let Some(counts) = self.counts.get(metric.name()) {
                counts.get_or_create(&labels).inc_by(values.iter().sum());
            }
            if let Some(times) = self.times.get(metric.name()) {
                let histogram = times.get_or_create(&labels);
                for milliseconds in values {
                    let milliseconds = u32::try_from(milliseconds).unwrap_or(u32::MAX);
                    histogram.observe(f64::from(milliseconds) / 1_000.0);
                }
            }
        }
    }
}

/// Converts a name such as `TicketsIssued` to `tickets_issued`.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
