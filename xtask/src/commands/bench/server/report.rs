//! The results of `cargo xtask bench --server`.

use super::super::figures::Latency;
use super::super::report::Run;

/// All results of one run of `cargo xtask bench --server`.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) run: Run,
    pub(super) loads: Vec<Load>,
    pub(super) live: Live,
    /// Number of registrations in the data file when the server was restarted.
    pub(super) registrations: usize,
    /// The longest time from a restart of the server to its first answer, in milliseconds.
    pub(super) start_ms: f64,
    /// Memory of the idle server after a restart.
    pub(super) at_rest: Memory,
    /// Memory of the server while people signed up. Each sign-up needs the memory of Argon2.
    pub(super) signing_up: Memory,
    /// Memory of the server after all loads.
    pub(super) loaded: Memory,
}

/// The results of one load. All requests of a load are of the same kind.
#[derive(Debug, Default, Clone)]
pub(super) struct Load {
    /// Kind of request, such as `registrations`.
    pub(super) name: &'static str,
    pub(super) connections: usize,
    /// Number of successful requests per second.
    pub(super) per_second: f64,
    /// Number of successful requests per second if the time is measured until the last of their mails is written. It is 0 if
    /// the requests cause no mail.
    pub(super) through_per_second: f64,
    pub(super) latency: Latency,
    /// Number of unsuccessful requests.
    pub(super) others: u64,
    /// CPU time of the server for one request, in milliseconds. It includes all work that follows from the request.
    pub(super) server_cpu_ms: f64,
}

/// Results of the measurement in which viewers watch one event while people register for it.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) viewers: usize,
    pub(super) per_second: f64,
    /// Latency of the registrations. All latencies of this struct are in milliseconds.
    pub(super) latency: Latency,
    /// Time from the moment at which the server reads the counts until the frame with these counts arrives at a viewer.
    pub(super) frame: Latency,
    /// Time from the answer to the last registration until a viewer has a frame that counts this registration.
    pub(super) last: Latency,
    /// Memory of the server while all viewers are connected, before anybody registers.
    pub(super) idle: Memory,
    pub(super) after: Memory,
}

/// Memory of the server's process, in MiB.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Memory {
    /// The current proportional set size (PSS) of the server's process, in MiB.
    pub(super) proportional: f64,
    /// The highest resident set size (RSS) since the start of the process, or since this peak was last reset (proc(5),
    /// `clear_refs`).
    pub(super) most_resident: f64,
}
