//! `em-connect`: event registration on one machine.

fn main() -> std::process::ExitCode {
    server::commands::Cli::run()
}
