//! `em-connect`: event registration on one machine.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::{commands::serve, settings::SettingsError};

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

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(options) => serve::run(*options),
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
