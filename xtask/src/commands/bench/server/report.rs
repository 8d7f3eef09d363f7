//! The result of a run of the server.

use super::super::figures::Latency;
use super::super::report::Run;

/// A whole run.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) run: Run,
    pub(super) loads: Vec<Load>,
    pub(super) live: Live,
    /// Registrations in the file when the server was restarted.
    pub(super) registrations: usize,
    /// The longest time from a restart to the first answer, in milliseconds.
    pub(super) start_ms: f64,
    /// Memory after such a restart.
    pub(super) at_rest: Memory,
    /// Memory while people signed up: each sign-up needs the memory of Argon2.
    pub(super) signing_up: Memory,
    /// Memory after all loads.
    pub(super) loaded: Memory,
}

/// A load of one kind of request.
#[derive(Debug, Default, Clone)]
pub(super) struct Load {
    /// Kind of request, such as `registrations`.
    pub(super) name: &'static str,
    pub(super) connections: usize,
    /// Successful requests a second.
    pub(super) per_second: f64,
    /// Successful requests a second with all the work that follows, mail included; 0 if a request has no mail.
    pub(super) through_per_second: f64,
    pub(super) latency: Latency,
    /// Unsuccessful requests.
    pub(super) others: u64,
    /// CPU time of the server for one request, including all work that follows, in milliseconds.
    pub(super) server_cpu_ms: f64,
}

/// Viewers of one event while people register for it.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) viewers: usize,
    pub(super) per_second: f64,
    /// Latency of the registrations, in milliseconds like all others.
    pub(super) latency: Latency,
    /// Time from the count to the arrival of its frame at a viewer.
    pub(super) frame: Latency,
    /// Time from the answer to the last registration to the arrival of a frame that counts it.
    pub(super) last: Latency,
    /// Memory with all viewers, before anybody registers.
    pub(super) idle: Memory,
    pub(super) after: Memory,
}

/// Memory of the server's process, in MiB.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Memory {
    /// PSS.
    pub(super) proportional: f64,
    /// The most RSS since the start, or since the peak was reset.
    pub(super) most_resident: f64,
}
