//! The data folder, which contains everything that a server stores.

use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

/// The data folder of a server.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// Returns the data folder at `path`. It may not exist yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Makes the data folder if it does not exist. Only the owner can enter it.
    ///
    /// # Errors
    /// The folder could not be made.
    pub fn create(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&self.0)
    }

    /// Returns the path of the data folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the path of the database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("em-connect.db")
    }

    /// Returns the path of the file with the server's secret, from which every key is derived.
    #[must_use]
    pub fn secret(&self) -> PathBuf {
        self.0.join("secret")
    }

    /// Returns the path of the folder for mails. The server writes mails there if no mail server is set.
    #[must_use]
    pub fn mail(&self) -> PathBuf {
        self.0.join("mail")
    }

    /// Returns the path of the file that contains the server's URL while a server runs.
    #[must_use]
    pub fn address(&self) -> PathBuf {
        self.0.join("address")
    }

    /// Returns the path of the socket through which commands reach the server while a server runs.
    #[must_use]
    pub fn control(&self) -> PathBuf {
        self.0.join("control.sock")
    }

    /// Returns the path of the file with the password that all people of a demonstration share.
    #[must_use]
    pub fn demo_password(&self) -> PathBuf {
        self.0.join("demo-password")
    }
}
