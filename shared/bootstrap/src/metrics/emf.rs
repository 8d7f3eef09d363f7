//! Writes metrics in `CloudWatch`'s embedded metric format: each line on standard output is a JSON object, and the lines are
//! part of the logs ("Specification: Embedded metric format", Amazon `CloudWatch` user guide). Metrics need no call to a
//! service, so no function waits for a reply.
//!
//! The crate `metrics_cloudwatch_embedded` 0.10 is not suitable. Each of its objects has only one set of dimensions, so a mail
//! would have to be counted twice. It also drops values if a metric has more than a hundred between two flushes.

use std::{collections::BTreeMap, io::Write as _};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Metric, Noted, Writer};
use crate::clock;

/// The namespace of the metrics in `CloudWatch`.
const NAMESPACE: &str = "em-connect";
/// The dimension that every metric has.
const STAGE: &str = "Stage";
/// The maximum number of values that one metric may have in one JSON object, according to the specification of the format.
const MAX_VALUES: usize = 100;

/// Writes the metrics of a deployment to standard output.
#[derive(Debug)]
pub struct Emf {
    stage: String,
}

impl Writer for Emf {
    fn write(&self, noted: Vec<Noted>, request: Option<&str>) {
        let lines = self.lines(noted, request, clock::now());
        // One call writes all lines, so that no log entry comes between them. The result is ignored: if standard output cannot
        // be written, an error cannot be logged either.
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

    /// Returns the JSON lines for the recorded values: one line for each combination of dimension values, or several lines if a
    /// metric has more than a hundred values.
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

    /// Returns the members of a JSON line, except the values of its metrics.
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
