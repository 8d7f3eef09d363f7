//! Rotates the secret of a deployment with the commands that an operator uses.

use crate::{PATIENCE, Stack, run};

/// Option for the shortest time that the commands accept between the rotation and the first signature with the new secret.
const LEAD: [&str; 2] = ["--lead", "40s"];

impl Stack {
    /// Rotates the secret. The stack begins to sign with the new secret 40 seconds later.
    pub async fn rotate_secret(&self) {
        let mut command = match self.server() {
            Some(server) => server.program("rotate-secret"),
            None => self.xtask(&["rotate-secret"]),
        };
        run(command.args(LEAD), PATIENCE).await.expect_success();
    }
}
