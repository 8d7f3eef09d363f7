//! A rotation of the secret, as an operator does it.

use std::path::PathBuf;

use crate::{PATIENCE, Stack, run};

impl Stack {
    /// Has the stack sign with another secret in 40 seconds, the shortest time that the command takes.
    pub async fn rotate_secret(&self) {
        let mut command = self.program(xtask());
        command.args(["rotate-secret", "--lead", "40s", "--name"]);
        run(command.arg(self.name()), PATIENCE)
            .await
            .expect_success();
    }
}

/// What `cargo xtask` runs: cargo leaves it beside the folder of the tests.
fn xtask() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    let profile = own.parent().and_then(|folder| folder.parent());
    let Some(profile) = profile else {
        panic!("{} is in no target folder", own.display());
    };
    let program = profile.join("xtask");
    assert!(
        program.exists(),
        "no {}: `cargo xtask test` builds it",
        program.display()
    );
    program
}
