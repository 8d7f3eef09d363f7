//! The results of one run of `cargo xtask bench`.

use std::collections::BTreeMap;

use super::vcpu::cpu_wall_ms;

/// Name of the operation in which many people register at the same time.
pub(crate) const RUSH: &str = "registration in a rush";

/// All results of one run of `cargo xtask bench`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Report {
    pub(crate) run: Run,
    pub(crate) operations: Vec<Operation>,
    pub(crate) growth: Vec<Grown>,
    /// Memory of the processes of each function, by function name.
    pub(crate) memory: BTreeMap<String, Memory>,
}

/// The circumstances of a run: when, where and how it was made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// Time of the run, in RFC 3339.
    pub(crate) at: String,
    /// Processor, cores, memory and operating system of the machine.
    pub(crate) machine: String,
    /// Commit of the checkout, and whether files were changed after the commit.
    pub(crate) commit: String,
    /// The command line of the run.
    pub(crate) command: String,
    /// Average load of the machine in the minute before the run.
    pub(crate) load: f64,
}

/// Memory of one function's processes, in MiB.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Memory {
    /// `MemorySize` of the function in the template.
    pub(crate) size: f64,
    /// The highest memory that any one process of the function had until the end of the run.
    pub(crate) peak: f64,
}

/// The cost of one operation, including all work that follows from the operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) name: String,
    /// Number of operations that were measured.
    pub(crate) times: usize,
    pub(crate) cost: Cost,
}

/// The cost of one operation: the answer's size, the emulator's CPU time, and the share of each function.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cost {
    /// Number of bytes in the body of the API's answer.
    pub(crate) answer_bytes: f64,
    /// CPU time that the emulator used, in milliseconds.
    pub(crate) emulator_cpu_ms: f64,
    pub(crate) by_function: BTreeMap<String, Share>,
}

/// The part of an operation's cost that one function causes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Share {
    pub(crate) invocations: f64,
    pub(crate) cpu_ms: f64,
    /// Number of calls by service and operation, such as `dynamodb UpdateItem`. A failed call also has its error in the name.
    pub(crate) calls: BTreeMap<String, f64>,
    pub(crate) read_units: f64,
    /// Number of write units, including those of indexes.
    pub(crate) write_units: f64,
    pub(crate) log_bytes: f64,
    /// Total size of the requests that send mails, in bytes.
    pub(crate) mail_bytes: f64,
}

/// The cost of one registration for an event with a certain number of seats, in a table with a certain number of events.
#[derive(Debug, Clone)]
pub(crate) struct Grown {
    pub(crate) seats: usize,
    /// Number of other events in the table.
    pub(crate) events: usize,
    pub(crate) cost: Cost,
}

impl Memory {
    /// Returns whether the memory is known. It is unknown if no process of the function ran at the end of the run.
    pub(crate) fn is_known(self) -> bool {
        self.size > 0.0
    }
}

impl Cost {
    /// Calls `of` for the share of each function, and returns the sum of the results.
    pub(crate) fn sum(&self, of: impl Fn(&Share) -> f64) -> f64 {
        self.by_function.values().map(of).sum()
    }

    /// Returns what one function adds to the cost. Returns an empty share if the function adds nothing.
    pub(crate) fn of(&self, function: &str) -> Share {
        self.by_function.get(function).cloned().unwrap_or_default()
    }

    /// Returns one share that adds up the shares of all functions.
    pub(crate) fn all(&self) -> Share {
        self.by_function
            .values()
            .fold(Share::default(), Share::plus)
    }

    /// Returns one share that adds up the shares of all functions except `api`.
    pub(crate) fn others(&self) -> Share {
        let others = self.by_function.iter().filter(|(name, _)| *name != "api");
        let others = others.map(|(_, share)| share);
        others.fold(Share::default(), Share::plus)
    }
}

impl Share {
    /// Returns the number of calls to a service, successful or not.
    pub(crate) fn calls_of(&self, service: &str) -> f64 {
        let of = |(name, _): &(&String, &f64)| name.split(' ').next() == Some(service);
        self.calls.iter().filter(of).map(|(_, calls)| calls).sum()
    }

    /// Returns the number of calls to all services.
    pub(crate) fn all_calls(&self) -> f64 {
        self.calls.values().sum()
    }

    /// Returns the wall time, in milliseconds, that this share's CPU time takes if the function has `mib` MiB of memory.
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
    /// Returns the operation called `name`.
    pub(crate) fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.name == name)
    }

    /// Returns a function's share of an operation, or an empty share if the function has none.
    pub(crate) fn share_of(&self, operation: &str, function: &str) -> Share {
        let operation = self.operation(operation);
        operation.map_or_else(Share::default, |operation| operation.cost.of(function))
    }
}
