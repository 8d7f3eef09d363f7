//! What an operator does with a data folder, whether a server has it open or not.

mod admin;
mod audit;
mod check;
mod copies;
mod status;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use store::Store;

use crate::{host::Opened, live::LiveServer};

pub use admin::hash_password;
pub use copies::restore;

/// Something that an operator wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Makes an administrator, or gives one another password.
    Admin {
        /// The address.
        email: String,
        /// Argon2id hash of the password.
        password_hash: String,
    },
    /// Copies the database and the secret.
    Backup {
        /// The file that gets the database; a file beside it gets the secret. Both must be missing.
        to: PathBuf,
    },
    /// Checks the invariants of the file and of every event.
    Check,
    /// Writes all items in the form that the import of `DynamoDB` takes.
    Export {
        /// The file, which must be missing.
        to: PathBuf,
    },
    /// Says how the server does.
    Status,
}

/// What operations work on.
#[derive(Debug)]
pub struct Operations {
    opened: Opened,
    store: Store,
    /// The server that runs; `None`: none does.
    running: Option<Running>,
}

/// A server that runs.
#[derive(Debug, Clone)]
pub struct Running {
    /// Its address.
    pub url: String,
    /// Its WebSocket API.
    pub live: LiveServer,
    /// When it was started.
    pub since: jiff::Timestamp,
}

impl Operations {
    /// Operations on a folder that no server has open.
    #[must_use]
    pub fn offline(opened: Opened) -> Self {
        Self::new(opened, None)
    }

    /// Operations on the folder of a server that runs.
    #[must_use]
    pub fn online(opened: Opened, running: Running) -> Self {
        Self::new(opened, Some(running))
    }

    fn new(opened: Opened, running: Option<Running>) -> Self {
        Self {
            store: opened.store(),
            opened,
            running,
        }
    }

    /// Does an operation. Returns what the operator should read.
    ///
    /// # Errors
    /// It was not done, or it found something wrong.
    pub async fn execute(&self, operation: Operation) -> anyhow::Result<String> {
        match operation {
            Operation::Admin {
                email,
                password_hash,
            } => admin::set(&self.store, &email, password_hash).await,
            Operation::Backup { to } => copies::backup(&self.opened, to).await,
            Operation::Check => check::run(&self.opened, self.running.is_some()).await,
            Operation::Export { to } => copies::export(&self.opened, to).await,
            Operation::Status => status::text(&self.opened, self.running.as_ref()),
        }
    }
}
