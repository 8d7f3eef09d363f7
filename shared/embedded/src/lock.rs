//! One process for one database.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use crate::{error::OpenError, schema::beside};

/// The lock of a database; it ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "an open file holds the lock")] File);

impl Lock {
    /// Takes the lock of the database at `path`.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let file = beside(path, ".lock");
        let opened = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file);
        let opened = opened.map_err(|error| OpenError::File(file.clone(), error))?;
        match opened.try_lock() {
            Ok(()) => Ok(Self(opened)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(OpenError::File(file, error)),
        }
    }
}
