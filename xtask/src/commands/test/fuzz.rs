//! The fuzz targets of `fuzz/`, by cargo-fuzz. They need the nightly compiler, so only `--long` runs them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::cargo_tools::CargoTool;
use crate::folder::{root, target};
use crate::problem::problem;
use crate::process::{output, run_visibly};

const CARGO_FUZZ: CargoTool = CargoTool {
    name: "cargo-fuzz",
    version: "0.13.2",
};
/// Duration for each target.
const SECONDS: u32 = 60;

/// Fuzzes every target for a minute.
///
/// # Errors
/// The tools cannot be installed, or an input breaks a target: it is kept in `fuzz/artifacts`.
pub(super) fn run_all() -> Result<()> {
    let tool = install()?;
    let targets = output(fuzz(&tool).arg("list"))?;
    for name in targets.split_whitespace() {
        eprintln!("fuzzing {name} for {SECONDS} s");
        let bounds = [
            format!("-max_total_time={SECONDS}"),
            "-max_len=4096".to_owned(),
        ];
        let mut run = fuzz(&tool);
        run.args(["run", name, "--target-dir"])
            .arg(target().join("fuzz"))
            .arg("--")
            .args(bounds);
        run_visibly(
            &mut run,
            "cargo-fuzz's messages above name the input; it lies in fuzz/artifacts",
        )?;
    }
    Ok(())
}

/// Returns a cargo-fuzz command under the nightly compiler, which the pinned toolchain would otherwise replace.
fn fuzz(tool: &PathBuf) -> Command {
    let mut command = Command::new("rustup");
    command
        .current_dir(root())
        .args(["run", "nightly"])
        .arg(tool)
        .arg("fuzz");
    // The cargo that started xtask sets these for the pinned toolchain.
    command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    command
}

fn install() -> Result<PathBuf> {
    if output(Command::new("rustup").args(["run", "nightly", "rustc", "--version"])).is_err() {
        return Err(problem(
            "the nightly toolchain is missing",
            "run `rustup toolchain install nightly`",
        ));
    }
    CARGO_FUZZ.install()
}
