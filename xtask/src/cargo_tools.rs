//! Pinned programs that cargo installs below `target/tools`.

use std::path::PathBuf;

use anyhow::Result;

use crate::folder::target;
use crate::process::{cargo, run_visibly};

/// A program of crates.io.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CargoTool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl CargoTool {
    /// Returns the program's path; builds the program first if that was not done before.
    ///
    /// # Errors
    /// The program cannot be downloaded or built.
    pub(crate) fn install(self) -> Result<PathBuf> {
        let Self { name, version } = self;
        let folder = target().join("tools").join(format!("{name}-{version}"));
        let program = folder.join("bin").join(name);
        if !program.exists() {
            eprintln!("building {name} {version}");
            let mut install = cargo();
            install
                .args([
                    "install",
                    name,
                    "--locked",
                    "--version",
                    version,
                    "--target-dir",
                ])
                .arg(target().join("tools").join("build"))
                .arg("--root")
                .arg(&folder);
            run_visibly(&mut install, "cargo's messages above say why")?;
        }
        Ok(program)
    }
}
