//! The result of a run of the server.

use super::super::figures::Latency;
use super::super::report::Run;

/// A whole run.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) run: Run,
    pub(super) loads: Vec<Load>,
    pub(super) live: Live,
    /// Registrations in the file when the server was started again.
    pub(super) registrations: usize,
    /// The longest time from the start to the first answer with them, in milliseconds.
    pub(super) start_ms: f64,
    /// After such a start.
    pub(super) at_rest: Memory,
    /// While people signed up: each takes what Argon2 needs.
    pub(super) signing_up: Memory,
    /// After all loads.
    pub(super) loaded: Memory,
}

/// A load of one kind of request.
#[derive(Debug, Default)]
pub(super) struct Load {
    /// Such as `registrations`.
    pub(super) name: &'static str,
    pub(super) connections: usize,
    /// Requests that did what they were to do.
    pub(super) per_second: f64,
    /// Those of which everything that follows was done, mail included; `None` if a request has no mail.
    pub(super) through_per_second: Option<f64>,
    pub(super) latency: Latency,
    /// Requests that did something else.
    pub(super) others: u64,
    /// CPU time of the server for one, all that follows included, in milliseconds.
    pub(super) server_cpu_ms: f64,
    /// CPU time of the client for one, in milliseconds.
    pub(super) client_cpu_ms: f64,
}

/// Viewers of one event while people register for it.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) viewers: usize,
    pub(super) per_second: f64,
    /// Of the registrations, as that of all others in milliseconds.
    pub(super) latency: Latency,
    /// From when the count was taken to a viewer's having the frame.
    pub(super) frame: Latency,
    /// From the answer to the last registration to a viewer's having a frame that knows of it.
    pub(super) last: Latency,
    /// With all viewers, before anybody registers.
    pub(super) idle: Memory,
    pub(super) after: Memory,
}

/// Memory of the server's process, in MiB.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Memory {
    /// RSS.
    pub(super) resident: f64,
    /// PSS.
    pub(super) proportional: f64,
    /// The most RSS since the start, or since it was reset.
    pub(super) most_resident: f64,
}
