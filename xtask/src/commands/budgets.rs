//! The command `cargo xtask budgets`.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::budgets::{Figures, excesses, of_checkout};
use crate::cli::Named;
use crate::folder::Folder;
use crate::functions::{self, Profile};
use crate::measure;
use crate::problem::problem;
use crate::process::output;
use crate::stack::Stack;

/// Runs `cargo xtask budgets`.
pub(crate) fn run(options: &Named) -> Result<ExitCode> {
    refuse_other_machines()?;
    let folder = Folder::of(&options.name);
    let stack = Stack::of(&folder)?;
    functions::build(Profile::Release)?;
    report(&of_checkout()?, &measure::everything(&stack, &folder)?)
}

/// Checks whether the functions can be measured on this machine.
///
/// # Errors
/// This machine has another instruction set than `x86_64`, or valgrind is missing.
fn refuse_other_machines() -> Result<()> {
    if !cfg!(target_arch = "x86_64") {
        return Err(problem(
            "the budgets are of x86_64",
            "run this on such a machine",
        ));
    }
    match output(Command::new("valgrind").arg("--version")) {
        Ok(_) => Ok(()),
        Err(_) => Err(problem(
            "valgrind counts the instructions, and is not installed",
            "install it with the packages of your system",
        )),
    }
}

/// Prints the table of all figures, then the figures that exceed their budgets.
fn report(budgets: &Figures, measured: &Figures) -> Result<ExitCode> {
    println!("{:<36} {:>12} {:>12}", "figure", "budget", "actual");
    for (name, value) in measured {
        let budget = budgets.get(name).copied().unwrap_or_default();
        println!("{name:<36} {budget:>12} {value:>12}");
    }
    let excesses = excesses(budgets, measured)?;
    if excesses.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("\n{}", excesses.join("\n"));
    println!("`callgrind_annotate target/callgrind/NAME.out` shows where instructions are spent.");
    println!("docs/decisions/0014-lean-functions.md tells what was tried.");
    Ok(ExitCode::FAILURE)
}
