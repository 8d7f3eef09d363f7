//! `cargo xtask budgets`

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::{
    budgets::{Budgets, Compared},
    cli::Named,
    folder::Folder,
    functions::{self, Profile},
    measure,
    problem::problem,
    process::output,
    stack::Stack,
};

/// Runs the command.
pub(crate) fn run(options: &Named) -> Result<ExitCode> {
    refuse_other_machines()?;
    let folder = Folder::of(&options.name);
    let stack = Stack::of(&folder)?;
    functions::build(Profile::Release)?;
    Ok(report(&compared(&stack, &folder)?))
}

/// # Errors
/// The functions cannot be compared with their budgets on this machine.
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

/// Compares every figure of the functions, which are built for release already, with its budget. `stack` is up.
///
/// # Errors
/// A figure could not be measured, or has no budget.
fn compared(stack: &Stack, folder: &Folder) -> Result<Vec<Compared>> {
    let budgets = Budgets::of_checkout()?;
    let built = |name: &str| functions::built(Profile::Release, name);
    let mut compared = Vec::new();
    for name in functions::names()? {
        let figures = measure::function(&name, &built(&name)?)?;
        compared.extend(budgets.function(&name, &figures)?);
    }
    let measured = measure::requests::measure(stack, folder, &built("api")?)?;
    compared.extend(budgets.requests(&measured)?);
    Ok(compared)
}

/// Prints the table, then the figures that exceed their budgets.
fn report(compared: &[Compared]) -> ExitCode {
    println!("{:<36} {:>12} {:>12}", "figure", "budget", "actual");
    for one in compared {
        println!("{:<36} {:>12} {:>12}", one.figure, one.budget, one.actual);
    }
    let excesses: Vec<_> = compared.iter().filter_map(Compared::excess).collect();
    if excesses.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!();
    for excess in &excesses {
        println!("{excess}");
    }
    println!("what was tried to keep within: docs/decisions/0014-lean-functions.md");
    ExitCode::FAILURE
}
