//! The commands `cargo xtask …`, which an operator uses.

use std::path::PathBuf;
use std::process::Command;

use crate::Stack;

impl Stack {
    /// Returns the command `cargo xtask COMMAND … --name NAME`, where the name is that of this stack.
    #[track_caller]
    pub fn xtask(&self, words: &[&str]) -> Command {
        let mut command = self.program(built("xtask"));
        command.args(words).arg("--name").arg(self.name());
        command
    }
}

/// Returns the folder of the programs that cargo builds from this checkout. It contains the folder of the tests' own programs.
#[track_caller]
pub fn built_folder() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let Some(folder) = own.parent().and_then(|folder| folder.parent()) else {
        panic!("{} is in no target folder", own.display());
    };
    folder.to_path_buf()
}

/// Returns the path of a program that was built from this checkout.
#[track_caller]
pub fn built(name: &str) -> PathBuf {
    let program = built_folder().join(name);
    assert!(
        program.exists(),
        "no {}: `cargo test --workspace` and `cargo xtask test` build it",
        program.display()
    );
    program
}
