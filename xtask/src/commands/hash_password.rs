//! The command `cargo xtask hash-password`.

use anyhow::Result;

use crate::{credentials, password};

/// Runs the command.
pub(crate) fn run() -> Result<()> {
    println!("{}", credentials::hash(&password::read("password")?)?);
    Ok(())
}
