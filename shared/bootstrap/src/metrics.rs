//! Metrics. Functions record the values of metrics, and a [`Writer`] of the host writes these values. On Lambda the writer is
//! [`emf`].

pub mod emf;
mod metric;

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

pub use metric::{Described, Metric, Unit};

use crate::clock;

/// The recorded values of one metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The metric, with the values of its dimensions.
    pub metric: Metric,
    /// The values in the metric's unit. If the unit is a count, there is only one value, the sum. If the unit is a time, all
    /// times are kept in the order in which they were recorded.
    pub values: Vec<u64>,
}

/// Writes the values of metrics to the place where operators look for them, such as `CloudWatch`.
pub trait Writer: Debug + Send + Sync {
    /// Writes the values that one invocation recorded, at least one value, in the order of [`Metric`]. `request` is the id of
    /// the request that caused all values, or `None` if several requests caused them.
    fn write(&self, noted: Vec<Noted>, request: Option<&str>);
}

/// The values that were recorded since the last [`Metrics::write`]. Their number stays small, because they are written at the
/// end of each invocation.
#[derive(Debug)]
pub struct Metrics {
    writer: Box<dyn Writer>,
    noted: Mutex<BTreeMap<Metric, Vec<u64>>>,
}

impl Metrics {
    /// Creates an object that records values of metrics, and that later passes them to `writer`.
    pub fn new(writer: impl Writer + 'static) -> Self {
        Self {
            writer: Box::new(writer),
            noted: Mutex::default(),
        }
    }

    /// Records one value of a metric, in the metric's unit. A count of zero is ignored.
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

    /// Records how many milliseconds have passed since `since`. Records 0 if `since` is in the future, which can happen if the
    /// time comes from another machine's clock.
    pub fn note_age(&self, metric: Metric, since: Timestamp) {
        let age = clock::now().as_millisecond() - since.as_millisecond();
        self.note(metric, u64::try_from(age).unwrap_or(0));
    }

    /// Writes the recorded values. A function calls this once in each invocation before it replies, because the process may be
    /// frozen after the reply. `request` is the id of the request that caused all values, or `None` if several requests caused
    /// them.
    pub fn write(&self, request: Option<&str>) {
        let noted = self.drain();
        if !noted.is_empty() {
            self.writer.write(noted, request);
        }
    }

    /// Removes the recorded values from this object and returns them.
    #[must_use]
    pub fn drain(&self) -> Vec<Noted> {
        let noted = std::mem::take(&mut *self.noted());
        let noted = noted.into_iter();
        noted
            .map(|(metric, values)| Noted { metric, values })
            .collect()
    }

    fn noted(&self) -> MutexGuard<'_, BTreeMap<Metric, Vec<u64>>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
