//! The command `cargo xtask bench --server`. It measures `em-connect serve` on this machine. Server and client share the cores.

mod connection;
mod load;
mod page;
mod program;
mod report;
mod run;
mod scene;
mod viewers;

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use self::report::Report;
use super::machine;
use crate::cli::bench::Bench;
use crate::folder::{root, target};
use crate::process::{cargo, run_visibly};

/// The documentation page to which the results are written.
const PAGE: &str = "docs/performance-one-machine.md";
/// The cargo profile with which the server and the xtask that measures it are built.
const PROFILE: &str = "host";

/// Runs `cargo xtask bench --server`.
pub(super) fn run(options: &Bench) -> Result<()> {
    build("xtask")?;
    let optimized = target().join(PROFILE).join("xtask");
    let own = std::env::current_exe().context("where is xtask?")?;
    let own = own
        .canonicalize()
        .context("xtask changed while it was built: run it again")?;
    if own != optimized.canonicalize()? {
        // This process is the client. It shares the cores with the server, so it must be built with optimizations, too.
        let arguments = std::env::args_os().skip(1);
        let error = Command::new(&optimized).args(arguments).exec();
        return Err(error).with_context(|| format!("starting {}", optimized.display()));
    }
    // The server is built alone, because a build together with xtask would enable features that only xtask selects.
    build("server")?;
    let report = Report {
        run: machine::run()?,
        ..run::measure(options)?
    };
    let page = page::page(&report)?;
    println!("{page}");
    if options.write {
        fs::write(root().join(PAGE), page).with_context(|| format!("writing {PAGE}"))?;
        println!("{PAGE} is written");
    }
    Ok(())
}

fn build(package: &str) -> Result<()> {
    let mut command = cargo();
    command.args(["build", "--quiet", "--profile", PROFILE, "-p", package]);
    run_visibly(&mut command, "cargo's messages above say why")
}
