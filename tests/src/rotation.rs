//! A rotation of the secret, as an operator does it.

use crate::{PATIENCE, Stack, run};

impl Stack {
    /// Has the stack sign with another secret in 40 seconds, the shortest time that the command takes.
    pub async fn rotate_secret(&self) {
        let mut command = self.xtask(&["rotate-secret", "--lead", "40s"]);
        run(&mut command, PATIENCE).await.expect_success();
    }
}
