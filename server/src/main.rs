//! `em-connect`: event registration on one machine.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::main()
}
