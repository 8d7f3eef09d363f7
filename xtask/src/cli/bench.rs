//! Options of `cargo xtask bench`.

use clap::Args;

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Measure `em-connect serve`, built with the profile `host`, instead of the functions: requests per second, CPU time,
    /// memory, and the time from start to first answer
    #[arg(long)]
    pub(crate) server: bool,
    /// Number of viewers who watch an event while people register for it [default: 1000, or 100 with --quick]
    #[arg(long, value_name = "N", requires = "server")]
    pub(crate) viewers: Option<usize>,
    /// Use fewer people and shorter loads, which takes about four minutes; this shows that the benchmark runs, but its figures
    /// are not for the record
    #[arg(long)]
    pub(crate) quick: bool,
    /// Duration of each load in seconds [default: 5, or 1 with --quick]
    #[arg(long, value_name = "SECONDS", requires = "server", value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) seconds: Option<u64>,
    /// Rewrite docs/performance.md and docs/cost.md, or, with --server, docs/performance-one-machine.md
    #[arg(long)]
    pub(crate) write: bool,
}
