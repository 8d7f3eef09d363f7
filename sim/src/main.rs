//! Two tools for the guest list: a capacity model, which simulates a sale under a table's limits, and a model checker.
//!
//! `rush` and `compare` run a discrete-event simulation of a sale, with the unchanged state machine of a claim from `domain`.
//! `docs/proved.md` lists the assumptions. The program does not measure `DynamoDB`.
//!
//! `check` explores every possible order of calls in small configurations, with all state machines of the guest list; see
//! `docs/proved.md`.

mod check;
mod rush;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The capacity model of em-connect. Its figures were not measured on AWS; docs/proved.md lists the assumptions.
#[derive(Debug, Parser)]
#[command(name = "sim")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

// Each variant is one kind of run. Its arguments are defined next to its code.
#[derive(Debug, Subcommand)]
enum Command {
    /// Simulates one sale with one design.
    #[command(args_override_self = true)]
    Rush(rush::RushArgs),
    /// Simulates the same sale with guest lists and three textbook designs, as a table and as a chart.
    #[command(args_override_self = true)]
    Compare(rush::CompareArgs),
    /// Checks every order of calls that is possible in small configurations, with faults: claims, waitlist, relay, capacity and
    /// close.
    Check(check::CheckArgs),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Rush(args) => rush::rush(&args),
        Command::Compare(args) => rush::compare(&args),
        Command::Check(args) => check::check(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
