//! The tasks that an operator can run on a data folder. A server may have the folder open, or not.

mod admin;
mod audit;
mod check;
mod copies;
mod status;

use std::path::PathBuf;

use axum::Router;
use embedded::View;
use serde::{Deserialize, Serialize};

use crate::{folder::Folder, live::LiveServer, opened::Opened, start_error::StartError};

pub use admin::hash_password;
pub use copies::restore;

/// A task that an operator can run on a data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Makes an administrator, or gives an existing administrator another password.
    Admin {
        /// The e-mail address of the administrator.
        email: String,
        /// The Argon2id hash of the new password.
        password_hash: String,
    },
    /// Runs a task that only reads the data folder.
    Read(Reading),
}

/// A task that changes nothing in the data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Copies the database and the secret.
    Backup {
        /// The file to which the database is copied. The secret is copied to a file next to it. Neither file may exist.
        to: PathBuf,
    },
    /// Checks the database file, and the invariants of every event.
    Check,
    /// Writes all items in the format that `DynamoDB` imports.
    Export {
        /// The file to write, which must not exist.
        to: PathBuf,
    },
    /// Reports the state of the server.
    Status,
}

/// The report that a task gives to the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The text that the command prints.
    pub text: String,
    /// Whether the task found no problem. If the task found a problem, the command exits with an error.
    pub is_good: bool,
}

/// The data folder on which a read-only task runs.
#[derive(Debug)]
struct Source {
    folder: Folder,
    view: View,
    /// The server that runs the task; `None` if no server answers for the folder.
    running: Option<Running>,
}

/// A running server, with the parts of it that tasks use.
#[derive(Debug, Clone)]
pub struct Running {
    /// The URL of the server.
    pub url: String,
    /// The HTTP API.
    pub router: Router,
    /// The WebSocket API.
    pub live: LiveServer,
    /// The time at which the server started.
    pub since: jiff::Timestamp,
}

impl Report {
    /// Returns the report of a task that found no problem.
    #[must_use]
    pub fn good(text: String) -> Self {
        Self {
            text,
            is_good: true,
        }
    }
}

impl Operation {
    /// Runs the task in this process, which is the server that has the data folder open.
    ///
    /// # Errors
    /// The task failed, or a check found a problem.
    pub async fn online(self, opened: &Opened, running: &Running) -> anyhow::Result<Report> {
        match self {
            Self::Admin {
                email,
                password_hash,
            } => admin::set(&opened.store(), &email, password_hash).await,
            Self::Read(reading) => {
                let source = Source {
                    folder: opened.folder.clone(),
                    view: opened.database.view(),
                    running: Some(running.clone()),
                };
                reading.run(&source).await
            }
        }
    }

    /// Runs the task in this process, on a data folder for which no server answers.
    ///
    /// # Errors
    /// The task failed, or a check found a problem.
    pub async fn offline(self, folder: Folder) -> anyhow::Result<Report> {
        match self {
            Self::Admin {
                email,
                password_hash,
            } => admin::set(&Opened::open(folder)?.store(), &email, password_hash).await,
            Self::Read(reading) => {
                let view = View::open(folder.database()).map_err(StartError::from)?;
                let source = Source {
                    folder,
                    view,
                    running: None,
                };
                reading.run(&source).await
            }
        }
    }
}

impl Reading {
    async fn run(self, source: &Source) -> anyhow::Result<Report> {
        match self {
            Self::Backup { to } => copies::backup(source, to).await.map(Report::good),
            Self::Check => check::run(source).await.map(Report::good),
            Self::Export { to } => copies::export(source, to).await.map(Report::good),
            Self::Status => status::report(source).await,
        }
    }
}
