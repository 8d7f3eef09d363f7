//! The result of a run, as its JSON has it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figures::{Latency, text};
use super::vcpu::cpu_wall_ms;

/// A whole run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) run: Run,
    pub(crate) rates: Vec<Rate>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) growth: Vec<Grown>,
    /// By function.
    #[serde(default)]
    pub(crate) memory: BTreeMap<String, Memory>,
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

impl Rate {
    /// Answers to requests that were not done, as text.
    pub(crate) fn not_done(&self) -> String {
        let others = self.answers.iter().filter(|(name, _)| *name != "done");
        let others: Vec<_> = others
            .map(|(name, count)| format!("{count} × {name}"))
            .collect();
        or_none(&others)
    }
}

impl Memory {
    /// Whether a process was there to be asked at the end.
    pub(crate) fn is_known(self) -> bool {
        self.size > 0.0
    }
}

impl Cost {
    /// Sum over the functions.
    pub(crate) fn sum(&self, of: impl Fn(&Share) -> f64) -> f64 {
        self.by_function.values().map(of).sum()
    }

    /// The share of a function, which may be none.
    pub(crate) fn of(&self, function: &str) -> Share {
        self.by_function.get(function).cloned().unwrap_or_default()
    }

    /// All shares together.
    pub(crate) fn all(&self) -> Share {
        self.by_function
            .values()
            .fold(Share::default(), Share::plus)
    }

    /// The shares of all functions but `api` together.
    pub(crate) fn others(&self) -> Share {
        let others = self.by_function.iter().filter(|(name, _)| *name != "api");
        let others = others.map(|(_, share)| share);
        others.fold(Share::default(), Share::plus)
    }
}

impl Share {
    /// Calls of a service, whatever came of them.
    pub(crate) fn calls_of(&self, service: &str) -> f64 {
        let of = |(name, _): &(&String, &f64)| name.split(' ').next() == Some(service);
        self.calls.iter().filter(of).map(|(_, calls)| calls).sum()
    }

    /// Calls of all services.
    pub(crate) fn all_calls(&self) -> f64 {
        self.calls.values().sum()
    }

    /// Calls by name, as text.
    pub(crate) fn listed_calls(&self) -> String {
        let calls = self.calls.iter();
        let calls: Vec<_> = calls
            .map(|(name, count)| format!("{} {name}", text(*count)))
            .collect();
        or_none(&calls)
    }

    /// Wall time of the CPU time at a memory size, in milliseconds.
    pub(crate) fn wall_ms(&self, mib: u32) -> f64 {
        cpu_wall_ms(self.cpu_ms, f64::from(mib))
    }

    fn plus(mut self, other: &Self) -> Self {
        self.invocations += other.invocations;
        self.cpu_ms += other.cpu_ms;
        self.read_units += other.read_units;
        self.write_units += other.write_units;
        self.log_bytes += other.log_bytes;
        self.mail_bytes += other.mail_bytes;
        for (name, calls) in &other.calls {
            *self.calls.entry(name.clone()).or_default() += calls;
        }
        self
    }
}

impl Report {
    /// An operation by its name.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.name == name)
    }

    /// A function's share of an operation, which may be none.
    pub(crate) fn share_of(&self, operation: &str, function: &str) -> Share {
        let operation = self.operation(operation);
        operation.map_or_else(Share::default, |operation| operation.cost.of(function))
    }

    /// The registrations with the most connections.
    pub(crate) fn rush(&self) -> Option<&Rate> {
        let rates = self.rates.iter();
        let rush = rates.filter(|rate| rate.name == "registrations");
        rush.max_by_key(|rate| rate.connections)
    }

    /// The most memory that a process of a function has held, in MiB.
    pub(crate) fn held(&self, function: &str) -> f64 {
        self.memory.get(function).map_or(0.0, |memory| memory.peak)
    }
}

fn or_none(parts: &[String]) -> String {
    if parts.is_empty() {
        "none".to_owned()
    } else {
        parts.join(", ")
    }
}
