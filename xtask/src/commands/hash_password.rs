//! The command `cargo xtask hash-password`.

use anyhow::Result;

use crate::{credentials, password};

/// Runs `cargo xtask hash-password`.
pub(crate) fn run() -> Result<()> {
    println!("{}", credentials::hash(&password::read("password")?)?);
    Ok(())
}
