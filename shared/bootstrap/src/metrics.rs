//! Metrics in `CloudWatch`'s embedded metric format: a JSON object a line on standard output, among the logs ("Specification:
//! Embedded metric format", Amazon `CloudWatch` user guide). Nothing is sent, so nothing waits for it.

mod metric;

use std::{
    collections::BTreeMap,
    io::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

pub use metric::{Described, Metric, Unit};

use crate::clock;

/// The namespace in `CloudWatch`.
const NAMESPACE: &str = "em-connect";
/// The dimension that every metric has.
const STAGE: &str = "Stage";
/// Values of one metric in one object, the most that the format allows.
const MAX_VALUES: usize = 100;

/// What is noted since the last [`Metrics::write`]. Bounded by what one invocation does.
#[derive(Debug)]
pub struct Metrics {
    stage: String,
    noted: Mutex<BTreeMap<Metric, Vec<u64>>>,
}

impl Metrics {
    /// Those of a deployment.
    pub fn new(stage: impl Into<String>) -> Self {
        Self {
            stage: stage.into(),
            noted: Mutex::default(),
        }
    }

    /// Notes a value, in the metric's unit. None of something is nothing to tell.
    pub fn note(&self, metric: Metric, value: u64) {
        let mut noted = self.noted();
        match metric.unit() {
            Unit::Count if value == 0 => {}
            Unit::Count => match noted.entry(metric).or_default().first_mut() {
                Some(sum) => *sum += value,
                None => {
                    noted.insert(metric, vec![value]);
                }
            },
            Unit::Milliseconds => noted.entry(metric).or_default().push(value),
        }
    }

    /// Notes the milliseconds from `since` until now; none, where another machine's clock is ahead.
    pub fn note_age(&self, metric: Metric, since: Timestamp) {
        let age = clock::now().as_millisecond() - since.as_millisecond();
        self.note(metric, u64::try_from(age).unwrap_or(0));
    }

    /// Writes what was noted: once in an invocation, before its answer, for the process may be frozen after it. `request`: the
    /// one from which all of it follows, if it is one.
    pub fn write(&self, request: Option<&str>) {
        let lines = self.take(request, clock::now());
        if !lines.is_empty() {
            // In one go, so that no log entry comes in between. Who cannot write cannot say so either.
            let _ = std::io::stdout().write_all(lines.as_bytes());
        }
    }

    /// The lines of what was noted, which is forgotten: one for each combination of dimensions' values, more if one of its
    /// metrics has more than a hundred values.
    #[must_use]
    pub fn take(&self, request: Option<&str>, now: Timestamp) -> String {
        let noted = std::mem::take(&mut *self.noted());
        let mut groups: BTreeMap<_, Vec<(Metric, Vec<u64>)>> = BTreeMap::new();
        for (metric, values) in noted {
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

    /// What a line has beside its metrics.
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

    fn noted(&self) -> MutexGuard<'_, BTreeMap<Metric, Vec<u64>>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
