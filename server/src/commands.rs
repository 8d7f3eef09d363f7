//! The commands of `em-connect`.

mod admin;
mod offline;
mod rotate_secret;
pub mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use embedded::Database;

use crate::{
    control,
    folder::Folder,
    operations::{self, Operation, Reading, Report},
    settings::{Place, SettingsError},
};

/// Event registration on one machine: an HTTP API, tickets, mail and live counts, from one data folder.
#[derive(Debug, Parser)]
#[command(name = "em-connect", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[expect(clippy::doc_markdown, reason = "clap shows these texts to people")]
#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server until SIGTERM or Ctrl-C
    ///
    /// Without any option, the server listens on http://127.0.0.1:8080. It creates the data folder ./data and keeps mails there
    /// as files. Every option can also be an environment variable or a key in the file of settings. An option takes precedence
    /// over the environment, and the environment over the file.
    Serve(Box<serve::Serve>),
    /// Creates the first administrator, or gives an administrator a new password
    ///
    /// The command asks for the password, or reads it from standard input. It can run while the server runs.
    Admin(admin::Admin),
    /// Copies the database and the secret; the server may run meanwhile
    ///
    /// If the server runs, it writes the files itself, so it needs permission to write in their folder.
    Backup(offline::To),
    /// Replaces the database and the secret of the data folder with a backup; the server must not run
    Restore(offline::Restore),
    /// Checks the database file and the invariants of every event
    Check(offline::At),
    /// Reports the state of the server; fails if no server answers, or if the server is not ready
    Status(offline::At),
    /// Adds a new secret; what the old secret signed stays valid until the old secret is dropped
    RotateSecret(rotate_secret::RotateSecret),
    /// Writes all items to a file in the format of DynamoDB's import from S3, and pictures to a folder beside it
    ///
    /// If the server runs, it writes the file itself, so it needs permission to write in the folder of the file.
    Export(offline::To),
}

impl Cli {
    /// Runs the subcommand that the operator typed, such as `em-connect serve`. Returns the exit code of the process.
    #[must_use]
    pub fn run() -> ExitCode {
        Self::run_with(|_| {})
    }

    /// Runs the subcommand that the operator typed, like [`Self::run`]. The subcommand `serve` passes its open database to
    /// `opened` once, before it answers a request. So the black-box suite can read the database without an extra interface in
    /// the program.
    #[must_use]
    pub fn run_with(opened: impl FnOnce(Database)) -> ExitCode {
        match Self::parse().command.run(opened) {
            Ok(code) => code,
            Err(error) => {
                eprintln!("em-connect: {error:#}");
                // A wrong setting, for instance in the settings file, leads to the same exit code as a wrong command-line
                // option.
                ExitCode::from(if error.is::<SettingsError>() { 2 } else { 1 })
            }
        }
    }
}

impl Command {
    fn run(self, opened: impl FnOnce(Database)) -> anyhow::Result<ExitCode> {
        let report = match self {
            Self::Serve(options) => {
                serve::run(*options, opened)?;
                return Ok(ExitCode::SUCCESS);
            }
            Self::Admin(options) => options.run()?,
            Self::Backup(options) => options.run(|to| Reading::Backup { to })?,
            Self::Restore(options) => options.run()?,
            Self::Check(options) => options.run(Reading::Check)?,
            Self::Status(options) => options.run(Reading::Status)?,
            Self::RotateSecret(options) => options.run()?,
            Self::Export(options) => options.run(|to| Reading::Export { to })?,
        };
        println!("{}", report.text);
        Ok(ExitCode::from(u8::from(!report.is_good)))
    }
}
