//! Runs other programs.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use crate::folder::root;
use crate::problem::problem;

/// Returns a cargo command in the root of the checkout. The command does not get the variables that `cargo run` set for xtask
/// itself, because a build script that watches one of these variables would run again for nothing.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ]
        .iter()
        .any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a program that writes directly to the terminal.
pub(crate) fn run_visibly(command: &mut Command, help: &str) -> Result<()> {
    let program = name_of(command);
    let status = command
        .status()
        .with_context(|| format!("starting {program}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(problem(format!("{program} ended with {status}"), help))
    }
}

/// Runs a program silently, and returns its output. If the program fails, the error contains the last lines of its messages.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let program = name_of(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("starting {program}"))?;
    if !output.status.success() {
        let said = if output.stderr.is_empty() {
            &output.stdout
        } else {
            &output.stderr
        };
        let said = String::from_utf8_lossy(said);
        let lines: Vec<_> = said
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let end = lines[lines.len().saturating_sub(15)..].join("\n");
        anyhow::bail!("{program} ended with {}:\n{end}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn name_of(command: &Command) -> String {
    let path = std::path::Path::new(command.get_program());
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned();
    // The first words of the command show what was done (`cargo build`, `aws s3 mb`). Its other words are left out, because
    // they may contain secrets.
    let words = command.get_args().filter_map(|arg| arg.to_str());
    let words: Vec<_> = words
        .take_while(|arg| !arg.starts_with('-'))
        .take(2)
        .collect();
    format!("`{}`", [vec![name.as_str()], words].concat().join(" "))
}
