//! `cargo xtask bench`

use std::path::PathBuf;

use clap::Args;

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Instead of the functions, measure `em-connect serve`, built with the profile `host`: rates, CPU time, memory, starts
    #[arg(long, conflicts_with_all = ["output", "from"])]
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
    /// Where the JSON goes [default: target/bench/TIME.json]
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write docs/performance.md and docs/cost.md anew; with --server, its section of docs/performance.md
    #[arg(long)]
    pub(crate) write: bool,
    /// Measure nothing: write the pages from the JSON of an earlier run
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "output"])]
    pub(crate) from: Option<PathBuf>,
}
