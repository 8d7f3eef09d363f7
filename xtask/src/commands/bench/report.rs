//! The result of a run, as its JSON has it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figures::Latency;

/// A whole run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) run: Run,
    pub(crate) rates: Vec<Rate>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) growth: Vec<Grown>,
    pub(crate) throttled: Throttled,
    /// By function.
    #[serde(default)]
    pub(crate) memory: BTreeMap<String, Memory>,
    /// Figures of the functions' binaries that are measured elsewhere, by function and name of the figure.
    #[serde(default)]
    pub(crate) functions: BTreeMap<String, BTreeMap<String, f64>>,
}

/// The circumstances of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Run {
    /// RFC 3339.
    pub(crate) at: String,
    /// Processor, cores, memory, system.
    pub(crate) machine: String,
    /// Commit, and whether files were changed since.
    pub(crate) commit: String,
    /// As it was typed.
    pub(crate) command: String,
    /// Load of the machine before the run: processes that wanted to run, over a minute.
    pub(crate) load: f64,
}

/// Memory of a function's processes, in MiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// `MemorySize` of the template.
    pub(crate) size: f64,
    /// The most that one of them has held, by the end of the run.
    pub(crate) peak: f64,
}

/// The throughput of one kind of request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rate {
    /// Such as `registrations`.
    pub(crate) name: String,
    pub(crate) connections: usize,
    pub(crate) done: usize,
    pub(crate) per_second: f64,
    /// Milliseconds.
    pub(crate) latency: Latency,
    /// Answers by what they were.
    pub(crate) answers: BTreeMap<String, u64>,
    /// All that followed from it, for one that was done.
    pub(crate) cost: Cost,
}

/// The cost of one operation, with everything that follows from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub(crate) name: String,
    /// Number of operations that were measured.
    pub(crate) times: usize,
    pub(crate) cost: Cost,
}

/// For one of a thing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cost {
    /// Bytes of the body of the API's answer.
    pub(crate) answer_bytes: f64,
    /// Milliseconds of CPU time of the emulator.
    pub(crate) emulator_cpu_ms: f64,
    pub(crate) by_function: BTreeMap<String, Share>,
}

/// A function's share of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Share {
    pub(crate) invocations: f64,
    pub(crate) cpu_ms: f64,
    /// By service and operation, and by the error if one was answered: `dynamodb UpdateItem`.
    pub(crate) calls: BTreeMap<String, f64>,
    pub(crate) read_units: f64,
    /// Those of indexes included.
    pub(crate) write_units: f64,
    pub(crate) log_bytes: f64,
    /// Bytes of the mails' requests.
    pub(crate) mail_bytes: f64,
}

/// One registration in a table of some size.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Grown {
    pub(crate) seats: usize,
    /// Other events in the table.
    pub(crate) events: usize,
    /// Number of operations that were measured.
    pub(crate) times: usize,
    pub(crate) cost: Cost,
}

/// A rush while calls are throttled.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Throttled {
    /// Of the calls of `DynamoDB` and SQS.
    pub(crate) share: f64,
    pub(crate) connections: usize,
    /// Milliseconds, without faults and with them.
    pub(crate) without: Latency,
    pub(crate) with: Latency,
    pub(crate) answers: BTreeMap<String, u64>,
    /// Calls that were throttled, by function.
    pub(crate) turned_away: BTreeMap<String, f64>,
    /// Number of people who were told that they have a seat.
    pub(crate) told: usize,
    pub(crate) seated: usize,
    pub(crate) tickets: usize,
    /// From when nothing was under way until everybody had one.
    pub(crate) last_ticket_seconds: u64,
    /// That SES took.
    pub(crate) mails: usize,
}

impl Cost {
    /// Sum over the functions.
    pub(crate) fn sum(&self, of: impl Fn(&Share) -> f64) -> f64 {
        self.by_function.values().map(of).sum()
    }
}

impl Share {
    /// Calls of a service, whatever came of them.
    pub(crate) fn calls_of(&self, service: &str) -> f64 {
        let of = |(name, _): &(&String, &f64)| name.split(' ').next() == Some(service);
        self.calls.iter().filter(of).map(|(_, calls)| calls).sum()
    }
}

impl Report {
    /// An operation by its name.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.name == name)
    }
}
