//! Reads the emulator's counts of the calls that functions made (`xtask/emulator/counts.py`).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::client::Client;
use crate::stack::Stack;

const PATH: &str = "/_em-connect/counts";
const LOOK: Duration = Duration::from_millis(250);
/// If no call was made for this time, all work counts as done. The time is this long because the emulator may wait for up to a
/// second before it polls a stream or a queue, and a tick of live counts waits for a second.
const QUIET: Duration = Duration::from_secs(4);
const QUIET_WITHIN: Duration = Duration::from_mins(8);

/// The number of calls that have the same function, service, operation, outcome and table, and the number of units that these
/// calls used.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Called {
    /// Folder name of the function that made these calls.
    pub(crate) function: String,
    /// AWS service, such as `dynamodb`.
    pub(crate) service: String,
    /// Operation of the service, such as `UpdateItem`.
    pub(crate) operation: String,
    /// The outcome of these calls: `ok`, or the name of the error in the answers.
    pub(crate) outcome: String,
    /// The table that the calls used, or the table and its index.
    pub(crate) on: String,
    #[serde(rename = "calls")]
    pub(crate) times: f64,
    /// Read request units of `DynamoDB` that these calls used.
    pub(crate) read_units: f64,
    pub(crate) write_units: f64,
    /// Total size of the bodies of these requests, in bytes.
    pub(crate) bytes: f64,
}

/// The number of invocations of one function, and totals of these invocations.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ran {
    pub(crate) function: String,
    #[serde(rename = "invocations")]
    pub(crate) times: f64,
    /// Number of records in the batches of all invocations.
    pub(crate) records: f64,
    /// Total size of the function's logs, in bytes.
    pub(crate) log_bytes: f64,
}

/// All counts since the emulator started, or the difference between two readings.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(crate) struct Counts {
    pub(crate) calls: Vec<Called>,
    pub(crate) invocations: Vec<Ran>,
    /// Number of invocations that have started but not finished.
    #[serde(default)]
    pub(crate) underway: u64,
}

/// Reads the counts from an emulator.
#[derive(Debug)]
pub(crate) struct Counter {
    client: Client,
    /// The folder name of each function, by the function's name on Lambda.
    names: BTreeMap<String, String>,
    /// The counts that were read when the emulator was last idle.
    at_rest: Mutex<Option<Counts>>,
}

impl Counter {
    /// Returns a counter for the emulator of a stack.
    pub(crate) fn of(stack: &Stack) -> Self {
        let names = stack.functions.iter();
        Self {
            client: Client::new(&stack.endpoint_url, Duration::from_secs(30)),
            names: names
                .map(|(name, lambda)| (lambda.clone(), name.clone()))
                .collect(),
            at_rest: Mutex::default(),
        }
    }

    /// Returns all counts since the emulator started.
    ///
    /// # Errors
    /// The emulator does not count calls.
    pub(crate) fn now(&self) -> Result<Counts> {
        let answer = self.client.get(PATH, None)?;
        let answer = answer.expect_status(200, "the emulator's counts")?;
        let mut counts: Counts =
            serde_json::from_value(answer.json).context("the emulator does not count calls")?;
        let called = counts.calls.iter_mut().map(|called| &mut called.function);
        let ran = counts.invocations.iter_mut().map(|ran| &mut ran.function);
        for function in called.chain(ran) {
            if let Some(name) = self.names.get(function) {
                function.clone_from(name);
            }
        }
        Ok(counts)
    }

    /// Waits until the counts have not changed for [`QUIET`]. After that, all work that earlier requests caused is done.
    /// Returns the counts.
    ///
    /// # Errors
    /// The emulator does not become idle in time.
    pub(crate) fn settled(&self) -> Result<Counts> {
        let deadline = Instant::now() + QUIET_WITHIN;
        let mut at_rest = self.at_rest.lock().unwrap_or_else(PoisonError::into_inner);
        let mut last = self.now()?;
        if at_rest.as_ref() == Some(&last) {
            // No call has begun since the emulator was last idle, so it is still idle.
            return Ok(last);
        }
        let mut since = Instant::now();
        while since.elapsed() < QUIET {
            ensure!(Instant::now() < deadline, "the stack does not come to rest");
            sleep(LOOK);
            let now = self.now()?;
            if now != last || now.underway > 0 {
                (last, since) = (now, Instant::now());
            }
        }
        *at_rest = Some(last.clone());
        Ok(last)
    }
}

impl Counts {
    /// Returns the calls and invocations since the earlier reading `before`.
    pub(crate) fn since(&self, before: &Self) -> Self {
        let calls = self.calls.iter().filter_map(|now| {
            let same = |old: &&Called| {
                let key = |called: &Called| {
                    let Called {
                        function,
                        service,
                        operation,
                        outcome,
                        on,
                        ..
                    } = called.clone();
                    [function, service, operation, outcome, on]
                };
                key(old) == key(now)
            };
            let mut more = now.clone();
            if let Some(old) = before.calls.iter().find(same) {
                more.times -= old.times;
                more.read_units -= old.read_units;
                more.write_units -= old.write_units;
                more.bytes -= old.bytes;
            }
            (more.times + more.read_units + more.write_units > 0.0).then_some(more)
        });
        let invocations = self.invocations.iter().filter_map(|now| {
            let mut more = now.clone();
            let same = |old: &&Ran| old.function == now.function;
            if let Some(old) = before.invocations.iter().find(same) {
                more.times -= old.times;
                more.records -= old.records;
                more.log_bytes -= old.log_bytes;
            }
            (more.times > 0.0).then_some(more)
        });
        Self {
            calls: calls.collect(),
            invocations: invocations.collect(),
            underway: self.underway,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn counts(updates: f64, index: f64, runs: f64) -> Counts {
        let calls = |on: &str, calls: f64, units: f64| {
            json!({"function": "api", "service": "dynamodb", "operation": "UpdateItem", "outcome": "ok", "on": on,
                "calls": calls, "readUnits": 0.0, "writeUnits": units, "bytes": 100.0 * calls})
        };
        let calls = [calls("t", updates, updates), calls("t/gsi1", 0.0, index)];
        let runs =
            [json!({"function": "api", "invocations": runs, "records": 0.0, "logBytes": 9.0})];
        let counts = json!({"calls": calls, "invocations": runs, "underway": 0});
        serde_json::from_value(counts).unwrap()
    }

    #[test]
    fn what_was_added_since_an_earlier_look() {
        let more = counts(5.0, 2.0, 3.0).since(&counts(3.0, 2.0, 3.0));
        assert_eq!(more.calls.len(), 1);
        let called = &more.calls[0];
        assert_eq!(
            (called.times, called.write_units, called.bytes),
            (2.0, 2.0, 200.0)
        );
        assert_eq!(more.invocations, []);
        let all = counts(5.0, 2.0, 3.0).since(&Counts::default());
        assert_eq!(all.calls[1].on, "t/gsi1");
        assert_eq!((all.calls[1].times, all.calls[1].write_units), (0.0, 2.0));
        assert_eq!(all.invocations, counts(0.0, 0.0, 3.0).invocations);
    }
}
