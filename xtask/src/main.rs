//! `cargo xtask` runs every developer's task that takes more than one command.
//!
//! xtask has no AWS SDK, so that it is built much faster than the functions. It calls AWS through the AWS CLI. The first `cargo
//! xtask up` installs the AWS CLI in a Python environment.

mod abandoned;
mod after_deploy;
mod aws;
mod budgets;
mod cli;
mod client;
mod clock;
mod cloudformation;
mod commands;
mod credentials;
mod crowd;
mod destination;
mod emulator;
mod files;
mod folder;
mod function_processes;
mod functions;
mod log_events;
mod measure;
mod parameters;
mod password;
mod problem;
mod process;
mod progress;
mod secret;
mod seed;
mod stack;
mod tools;
mod zips;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", problem::render(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up(options) => commands::up::run(&options)?,
        Command::Down(options) => commands::down::run(&options)?,
        Command::Tools => tools::Tools::install_all()?,
        Command::Test(options) => return Ok(commands::test::run(&options)),
        Command::Bench(options) => commands::bench::run(&options)?,
        Command::Package(options) => commands::package::run(&options)?,
        Command::Deploy(options) => commands::deploy::run(&options)?,
        Command::RotateSecret(options) => commands::rotate_secret::run(&options)?,
        Command::Budgets(options) => return commands::budgets::run(&options),
        Command::HashPassword => commands::hash_password::run()?,
        Command::Openapi => commands::openapi::run()?,
    }
    Ok(ExitCode::SUCCESS)
}
