//! Metrics in `CloudWatch`'s embedded metric format: a JSON object a line on standard output, among the logs ("Specification:
//! Embedded metric format", Amazon `CloudWatch` user guide). Nothing is sent, so nothing waits for it.
//!
//! The crate `metrics_cloudwatch_embedded` 0.10 is not suitable. Its objects have one set of dimensions each, so a mail would
//! have to be counted twice. It also drops values of a metric beyond a hundred between two flushes.

use std::{collections::BTreeMap, io::Write as _};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Metric, Noted, Writer};
use crate::clock;

/// The namespace in `CloudWatch`.
const NAMESPACE: &str = "em-connect";
/// The dimension that every metric has.
const STAGE: &str = "Stage";
/// Values of one metric in one object, the most that the format allows.
const MAX_VALUES: usize = 100;

/// Writes the metrics of a deployment to standard output.
#[derive(Debug)]
pub struct Emf {
    stage: String,
}

impl Writer for Emf {
    fn write(&self, noted: Vec<Noted>, request: Option<&str>) {
        let lines = self.lines(noted, request, clock::now());
        // In one write, so that no log entry comes in between. If it fails, an entry in the log would fail, too.
        let _ = std::io::stdout().write_all(lines.as_bytes());
    }
}

impl Emf {
    /// Returns a writer for the metrics of the deployment `stage`.
    pub fn new(stage: impl Into<String>) -> Self {
        Self {
            stage: stage.into(),
        }
    }

    /// Returns a line for each combination of dimensions' values; several if one of its metrics has more than a hundred values.
    fn lines(&self, noted: Vec<Noted>, request: Option<&str>, now: Timestamp) -> String {
        let mut groups: BTreeMap<_, Vec<(Metric, Vec<u64>)>> = BTreeMap::new();
        for Noted { metric, values } in noted {
            let group = (metric.dimensions(), metric.dimension_sets());
            groups.entry(group).or_default().push((metric, values));
        }
        let mut lines = String::new();
        for ((dimensions, sets), metrics) in groups {
            let longest = metrics.iter().map(|(_, values)| values.len()).max();
            for begin in (0..longest.unwrap_or(0)).step_by(MAX_VALUES) {
                let mut line = self.head(&dimensions, request);
                let mut definitions = Vec::new();
                for (metric, values) in &metrics {
                    let end = values.len().min(begin + MAX_VALUES);
                    let Some([first, rest @ ..]) = values.get(begin..end) else {
                        continue;
                    };
                    let name = metric.name();
                    definitions.push(json!({"Name": name, "Unit": metric.unit().as_str()}));
                    let value = if rest.is_empty() {
                        json!(first)
                    } else {
                        json!(values[begin..end])
                    };
                    line.insert(name.to_owned(), value);
                }
                let sets = sets.iter().map(|set| [&[STAGE], set.as_slice()].concat());
                let directive = json!({
                    "Namespace": NAMESPACE, "Dimensions": sets.collect::<Vec<_>>(), "Metrics": definitions,
                });
                let aws =
                    json!({"Timestamp": now.as_millisecond(), "CloudWatchMetrics": [directive]});
                line.insert("_aws".to_owned(), aws);
                lines.push_str(&Value::Object(line).to_string());
                lines.push('\n');
            }
        }
        lines
    }

    /// Returns the members that a line has besides its metrics.
    fn head(
        &self,
        dimensions: &[(&'static str, &'static str)],
        request: Option<&str>,
    ) -> Map<String, Value> {
        let stage = (STAGE, self.stage.as_str());
        let request = request.map(|id| ("request_id", id));
        [stage]
            .into_iter()
            .chain(dimensions.iter().copied())
            .chain(request)
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect()
    }
}

#[cfg(test)]
mod tests;
