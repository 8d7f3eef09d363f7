//! A terminal ticket scanner: the reference client of `docs/ticket-format.md`.
//!
//! The scanner reads codes and QR contents from standard input, one per line, sends each to the server, and shows green or red.
//! While the server does not answer, the scanner follows the offline rules. It keeps its scans in a state file until the server
//! has them.
//!
//! Architecture invariant: the scanner shows green only after the state file or the server has stored the scan.

mod api;
mod catch_up;
mod cli;
mod exit;
mod lines;
mod network;
mod offline;
mod queued_scan;
mod scanner;
mod screen;
mod start;
mod state;
mod state_file;
mod verdict;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{cli::Options, exit::Stop};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(code) => code,
        Err(stop) => {
            eprintln!("error: {stop}");
            stop.code()
        }
    }
}

fn run(options: &Options) -> Result<ExitCode, Stop> {
    let mut scanner = start::start(options)?;
    let ended = scanner.work(&lines::of_standard_input());
    scanner.finish(ended)
}
