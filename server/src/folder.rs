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
    /// The folder at `path`, which may be missing.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Makes the folder, for its owner alone, if it is missing.
    ///
    /// # Errors
    /// It could not be made.
    pub fn create(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&self.0)
    }

    /// The path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The file of the database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("em-connect.db")
    }

    /// The file of the secret.
    #[must_use]
    pub fn secret(&self) -> PathBuf {
        self.0.join("secret")
    }

    /// The folder of mails that no server takes.
    #[must_use]
    pub fn mail(&self) -> PathBuf {
        self.0.join("mail")
    }

    /// The file that names the address of the server, while one runs.
    #[must_use]
    pub fn address(&self) -> PathBuf {
        self.0.join("address")
    }

    /// The socket by which other commands reach the server, while one runs.
    #[must_use]
    pub fn control(&self) -> PathBuf {
        self.0.join("control.sock")
    }

    /// The file of the password of everybody in a demonstration.
    #[must_use]
    pub fn demo_password(&self) -> PathBuf {
        self.0.join("demo-password")
    }
}
