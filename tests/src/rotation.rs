//! A rotation of the secret, as an operator does it.

use crate::{PATIENCE, Stack, run};

/// The shortest time, which the commands accept, until the new secret signs.
const LEAD: [&str; 2] = ["--lead", "40s"];

impl Stack {
    /// Makes the stack sign with another secret in 40 seconds.
    pub async fn rotate_secret(&self) {
        let mut command = match self.server() {
            Some(server) => server.program("rotate-secret"),
            None => self.xtask(&["rotate-secret"]),
        };
        run(command.args(LEAD), PATIENCE).await.expect_success();
    }
}
