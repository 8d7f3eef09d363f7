//! The result of a run, as its JSON file contains it.

use std::collections::BTreeMap;

use super::vcpu::cpu_wall_ms;

/// Name of the operation in which people register at the same time.
pub(crate) const RUSH: &str = "registration in a rush";

/// A whole run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    pub(crate) run: Run,
    pub(crate) operations: Vec<Operation>,
    pub(crate) growth: Vec<Grown>,
    /// Memory by function.
    pub(crate) memory: BTreeMap<String, Memory>,
}

/// The circumstances of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// Time in RFC 3339.
    pub(crate) at: String,
    /// Processor, cores, memory, system.
    pub(crate) machine: String,
    /// Commit, and whether files were changed after it.
    pub(crate) commit: String,
    /// The command line.
    pub(crate) command: String,
    /// Load average of the machine over the minute before the run.
    pub(crate) load: f64,
}

/// Memory of a function's processes, in MiB.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Memory {
    /// `MemorySize` of the template.
    pub(crate) size: f64,
    /// The most memory that one of them has held until the end of the run.
    pub(crate) peak: f64,
}

/// The cost of one operation, with everything that follows from it.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) name: String,
    /// Number of operations that were measured.
    pub(crate) times: usize,
    pub(crate) cost: Cost,
}

/// Cost of one operation.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cost {
    /// Bytes of the body of the API's answer.
    pub(crate) answer_bytes: f64,
    /// Milliseconds of CPU time of the emulator.
    pub(crate) emulator_cpu_ms: f64,
    pub(crate) by_function: BTreeMap<String, Share>,
}

/// A function's share of a cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Share {
    pub(crate) invocations: f64,
    pub(crate) cpu_ms: f64,
    /// Calls by service and operation, and by the error if there was one: `dynamodb UpdateItem`.
    pub(crate) calls: BTreeMap<String, f64>,
    pub(crate) read_units: f64,
    /// Write units, including those of indexes.
    pub(crate) write_units: f64,
    pub(crate) log_bytes: f64,
    /// Bytes of the mails' requests.
    pub(crate) mail_bytes: f64,
}

/// One registration in a table of some size.
#[derive(Debug, Clone)]
pub(crate) struct Grown {
    pub(crate) seats: usize,
    /// Other events in the table.
    pub(crate) events: usize,
    pub(crate) cost: Cost,
}

impl Memory {
    /// Whether a process was running at the end, so that its memory is known.
    pub(crate) fn is_known(self) -> bool {
        self.size > 0.0
    }
}

impl Cost {
    /// Returns a sum over the functions.
    pub(crate) fn sum(&self, of: impl Fn(&Share) -> f64) -> f64 {
        self.by_function.values().map(of).sum()
    }

    /// Returns the share of a function; it is empty if there is none.
    pub(crate) fn of(&self, function: &str) -> Share {
        self.by_function.get(function).cloned().unwrap_or_default()
    }

    /// Returns the sum of all shares.
    pub(crate) fn all(&self) -> Share {
        self.by_function
            .values()
            .fold(Share::default(), Share::plus)
    }

    /// Returns the sum of the shares of all functions but `api`.
    pub(crate) fn others(&self) -> Share {
        let others = self.by_function.iter().filter(|(name, _)| *name != "api");
        let others = others.map(|(_, share)| share);
        others.fold(Share::default(), Share::plus)
    }
}

impl Share {
    /// Returns the number of calls of a service, successful or not.
    pub(crate) fn calls_of(&self, service: &str) -> f64 {
        let of = |(name, _): &(&String, &f64)| name.split(' ').next() == Some(service);
        self.calls.iter().filter(of).map(|(_, calls)| calls).sum()
    }

    /// Returns the number of calls of all services.
    pub(crate) fn all_calls(&self) -> f64 {
        self.calls.values().sum()
    }

    /// Returns the wall time of the CPU time at a memory size, in milliseconds.
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
    /// Returns an operation by its name.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.name == name)
    }

    /// Returns a function's share of an operation; it is empty if there is none.
    pub(crate) fn share_of(&self, operation: &str, function: &str) -> Share {
        let operation = self.operation(operation);
        operation.map_or_else(Share::default, |operation| operation.cost.of(function))
    }
}
