//! The command line of `em-connect`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use embedded::Database;

use crate::{commands::serve, settings::SettingsError};

/// Event registration on one machine.
#[derive(Debug, Parser)]
#[command(name = "em-connect", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server until it is told to stop (SIGTERM or Ctrl-C)
    Serve(Box<serve::Serve>),
}

/// Runs the program as the command line says.
#[must_use]
pub fn main() -> ExitCode {
    main_with(|_| {})
}

/// Runs the program as [`main`] does. A server calls `opened` once, with its database, before it answers: the black-box suite
/// looks behind the contract so, and the program has no door of its own.
#[must_use]
pub fn main_with(opened: impl FnOnce(Database)) -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(options) => serve::run(*options, opened),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("em-connect: {error:#}");
            // A wrong setting ends as a wrong option does.
            ExitCode::from(if error.is::<SettingsError>() { 2 } else { 1 })
        }
    }
}
