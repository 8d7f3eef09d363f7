//! The command `cargo xtask openapi`.

use anyhow::Result;

use crate::process::{cargo, run_visibly};

/// Runs `cargo xtask openapi`.
pub(crate) fn run() -> Result<()> {
    let mut command = cargo();
    command
        .args(["test", "-p", "api", "--lib", "contract::"])
        .env("UPDATE_OPENAPI", "1");
    run_visibly(&mut command, "cargo's messages above say why")?;
    println!("openapi.json is up to date; `git diff openapi.json` shows what changed");
    Ok(())
}
