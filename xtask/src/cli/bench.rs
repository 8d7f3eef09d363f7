//! Options of `cargo xtask bench`.

use clap::Args;

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Instead of the functions, measure `em-connect serve`, built with the profile `host`: rates, CPU time, memory, starts
    #[arg(long)]
    pub(crate) server: bool,
    /// Viewers of one event while people register for it [default: 1000, or 100 with --quick]
    #[arg(long, value_name = "N", requires = "server")]
    pub(crate) viewers: Option<usize>,
    /// Fewer people and shorter loads, in some four minutes: to see that it runs, not for figures to be kept
    #[arg(long)]
    pub(crate) quick: bool,
    /// How long each load lasts [default: 5, or 1 with --quick]
    #[arg(long, value_name = "SECONDS", requires = "server", value_parser = clap::value_parser!(u64).range(1..=60))]
    pub(crate) seconds: Option<u64>,
    /// Write docs/performance.md and docs/cost.md anew; with --server, docs/performance-one-machine.md
    #[arg(long)]
    pub(crate) write: bool,
}
