//! `cargo xtask contract`

use std::process::Command;

use anyhow::Result;

use crate::node::Node;
use crate::process::output;
use crate::progress::Steps;
use crate::tools::{PYTHON_CLIENT, Tools};

/// The folder of the project that holds the linters' rules and versions.
const FOLDER: &str = "contract";

/// Runs the command.
///
/// # Errors
/// A tool cannot be installed, or finds a fault in the contract.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new(3);
    let node = steps.step("tools", || {
        Tools::install_other(PYTHON_CLIENT)?;
        Node::of(&Tools::install()?)
    })?;
    for (name, mut linter) in linters(&node)? {
        steps.step(name, || output(&mut linter))?;
    }
    Ok(())
}

/// Installs the linters, and returns each by its name, ready to read `openapi.json`. They fail on warnings as on errors.
///
/// # Errors
/// The linters cannot be installed.
pub(crate) fn linters(node: &Node) -> Result<[(&'static str, Command); 2]> {
    let packages = node.install(FOLDER)?;
    let mut redocly = packages.program("redocly");
    redocly.args(["lint", "openapi.json", "--config", "contract/redocly.yaml"]);
    // redocly only reads the file, and sends no telemetry.
    redocly.env("REDOCLY_TELEMETRY", "off");
    redocly.env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    let mut spectral = packages.program("spectral");
    spectral.args(["lint", "openapi.json", "--fail-severity", "hint"]);
    spectral.args(["--ruleset", "contract/spectral.yaml"]);
    Ok([("redocly", redocly), ("spectral", spectral)])
}
