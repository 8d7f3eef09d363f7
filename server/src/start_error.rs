//! The reasons why a server cannot start.

use std::{io, net::SocketAddr, path::PathBuf};

use embedded::OpenError;
use store::StoreError;

/// The reason why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The server cannot listen on an address.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The control socket, through which commands reach the server, cannot be made.
    #[error("cannot listen on {}, the socket for commands", .0.display())]
    Control(PathBuf, #[source] io::Error),
    /// A file or a folder could not be made, read or written.
    #[error("cannot use {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// The database could not be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The database could not be read.
    #[error("the database cannot be read")]
    Items(#[source] embedded::Error),
    /// The database has items, but the secret with which its tickets and sessions were signed is missing.
    #[error(
        "{} is missing, and without it no ticket and no session of the database is valid; copy it from a backup (FILE.secret), \
         or see \"Problems\" in docs/one-machine.md",
        .0.display()
    )]
    SecretLost(PathBuf),
    /// The secret could not be read.
    #[error(transparent)]
    Secret(#[from] bootstrap::keys::SecretError),
    /// The connection to the mail server cannot be set up.
    #[error("the mail server cannot be used")]
    Mail(#[source] lettre::transport::smtp::Error),
    /// The table could not be read.
    #[error("the table cannot be read")]
    Table(#[source] StoreError),
    /// The demonstration could not be made.
    #[error("the demonstration cannot be made")]
    Demo(#[source] anyhow::Error),
    /// The operating system refuses a resource that the server needs.
    #[error("the system refuses what a server needs")]
    System(#[from] io::Error),
}
