//! The emulator's counts of functions' calls and invocations (`xtask/emulator/counts.py`).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::{LONG_PATIENCE, Stack, eventually};

/// The time that must pass without a call until all work counts as done. The emulator polls streams and queues at least once a
/// second, and a tick of live counts waits for one second.
const QUIET: Duration = Duration::from_secs(4);

/// The number of invocations of one function, the number of calls that it made, and the number of write units that these calls
/// consumed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Share {
    pub(crate) invocations: f64,
    /// Number of consumed write units, including those of indexes.
    pub(crate) write_units: f64,
    /// Number of calls to `DynamoDB`, for each pair of an operation and an outcome.
    pub(crate) calls: BTreeMap<String, f64>,
}

/// The sums of each function, by the function's name in the template, such as `api`.
pub(crate) type Counts = BTreeMap<String, Share>;

impl Share {
    /// Returns the number of calls to the table.
    pub(crate) fn all_calls(&self) -> f64 {
        self.calls.values().sum()
    }

    /// Returns the differences between these counts and `before`, divided by `times`.
    fn since(&self, before: &Self, times: f64) -> Self {
        let calls = self.calls.iter().map(|(name, count)| {
            let old = before.calls.get(name).copied().unwrap_or_default();
            (name.clone(), (count - old) / times)
        });
        Self {
            invocations: (self.invocations - before.invocations) / times,
            write_units: (self.write_units - before.write_units) / times,
            calls: calls.collect(),
        }
    }
}

/// Returns for each function by how much its counts have grown from `before` to `now`, divided by `times`.
pub(crate) fn since(now: &Counts, before: &Counts, times: f64) -> Counts {
    let none = Share::default();
    let share = |(name, share): (&String, &Share)| {
        let before = before.get(name).unwrap_or(&none);
        (name.clone(), share.since(before, times))
    };
    now.iter().map(share).collect()
}

/// Waits until no call has been made for [`QUIET`], so that all work after earlier requests is done. Returns the counts.
pub(crate) async fn at_rest(stack: &Stack) -> Counts {
    let (mut last, mut since) = (Value::Null, Instant::now());
    eventually(LONG_PATIENCE, async || {
        let now = stack.aws().get("/_em-connect/counts").await.json;
        if now != last || now["underway"] != 0 {
            (last, since) = (now, Instant::now());
        }
        match since.elapsed() {
            quiet if quiet >= QUIET => Ok(()),
            _ => Err(format!("the stack does not come to rest: {last}")),
        }
    })
    .await;
    let prefix = format!("em-connect-{}-", stack.name().display());
    parsed(&last, &prefix)
}

/// Reads the counts of the functions whose Lambda names begin with `prefix`. Other deployments use the same emulator, so their
/// functions are left out.
fn parsed(counts: &Value, prefix: &str) -> Counts {
    let mut parsed = Counts::new();
    let number = |entry: &Value, name: &str| entry[name].as_f64().unwrap_or_default();
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let function = |entry: &Value| Some(text(entry, "function").strip_prefix(prefix)?.to_owned());
    for call in counts["calls"].as_array().into_iter().flatten() {
        let Some(name) = function(call) else { continue };
        let share = parsed.entry(name).or_default();
        share.write_units += number(call, "writeUnits");
        if call["service"] == "dynamodb" {
            let name = format!("{} {}", text(call, "operation"), text(call, "outcome"));
            *share.calls.entry(name).or_default() += number(call, "calls");
        }
    }
    for ran in counts["invocations"].as_array().into_iter().flatten() {
        let Some(name) = function(ran) else { continue };
        let share = parsed.entry(name).or_default();
        share.invocations += number(ran, "invocations");
    }
    parsed
}
