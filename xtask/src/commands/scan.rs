//! The command `cargo xtask scan`.

use std::path::absolute;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::cli::Scan;
use crate::folder::Folder;
use crate::process::cargo;
use crate::stack::Stack;

/// The environment variables in which the ticket scanner gets its credentials. Command-line options would be unsafe, because
/// all users of the machine can read them.
const TOKEN: &str = "EM_CONNECT_TOKEN";
const EMAIL: &str = "EM_CONNECT_EMAIL";
const PASSWORD: &str = "EM_CONNECT_PASSWORD";

/// Runs `cargo xtask scan`. Returns the exit code of the scanner.
pub(crate) fn run(options: &Scan) -> Result<ExitCode> {
    let folder = Folder::of(&options.stack.name);
    let stack = Stack::of(&folder)?;
    let state = match &options.state {
        // The scanner starts in the root of the checkout, so a relative path must be made absolute first.
        Some(path) => absolute(path).with_context(|| format!("finding {}", path.display()))?,
        None => folder.path.join(format!("scan-{}.json", options.event)),
    };
    let mut command = cargo();
    command
        .args(["run", "-q", "-p", "scanner", "--"])
        .args(["--api", &stack.http_url])
        .arg(format!("--event={}", options.event))
        .arg("--state")
        .arg(state);
    let named = [("--gate", &options.gate), ("--device", &options.device)];
    for (name, value) in named {
        if let Some(value) = value {
            command.arg(format!("{name}={value}"));
        }
    }
    if options.offline {
        command.arg("--offline");
    }
    if ![TOKEN, EMAIL]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
    {
        command
            .env(EMAIL, &stack.organizer.email)
            .env(PASSWORD, &stack.organizer.password);
    }
    exit_code(&mut command)
}

/// Runs the program until it ends. Returns the program's exit code, or the code of a failure if a signal ended the program.
fn exit_code(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().context("starting cargo")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
