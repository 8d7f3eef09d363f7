//! The data folder: everything that a server keeps.

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
    /// Returns the folder at `path`, which may be missing.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Makes the folder, for its owner alone, if it is missing.
    ///
    /// # Errors
    /// The folder could not be made.
    pub fn create(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&self.0)
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the path of the database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("em-connect.db")
    }

    /// Returns the path of the secret.
    #[must_use]
    pub fn secret(&self) -> PathBuf {
        self.0.join("secret")
    }

    /// Returns the folder of mails, which is used without a mail server.
    #[must_use]
    pub fn mail(&self) -> PathBuf {
        self.0.join("mail")
    }

    /// Returns the path of the file that holds the address of the server while one runs.
    #[must_use]
    pub fn address(&self) -> PathBuf {
        self.0.join("address")
    }

    /// Returns the path of the socket by which other commands reach the server while one runs.
    #[must_use]
    pub fn control(&self) -> PathBuf {
        self.0.join("control.sock")
    }

    /// Returns the path of the file that holds the password of all people in a demonstration.
    #[must_use]
    pub fn demo_password(&self) -> PathBuf {
        self.0.join("demo-password")
    }
}
