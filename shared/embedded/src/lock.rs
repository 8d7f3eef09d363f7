//! The lock that lets only one process open a database.

use std::{
    fs::{File, TryLockError},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::{error::OpenError, schema::beside};

/// The maximum time that a process waits for the lock, in case the process that holds it is ending. The lock is released when
/// the last copy of its file descriptor is closed. A child process may have such a copy for a moment after its parent has
/// ended.
const PATIENCE: Duration = Duration::from_secs(1);

/// The lock of a database. It is released when the process ends, even after a crash.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "an open file holds the lock")] File);

impl Lock {
    /// Takes the lock of the database at `path`. Fails if another process does not release it in time.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let file = beside(path, ".lock");
        let opened = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file);
        let opened = opened.map_err(|error| OpenError::File(file.clone(), error))?;
        let begun = Instant::now();
        loop {
            match opened.try_lock() {
                Ok(()) => return Ok(Self(opened)),
                Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => {
                    thread::sleep(Duration::from_millis(20));
                }
                Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
                Err(TryLockError::Error(error)) => return Err(OpenError::File(file, error)),
            }
        }
    }
}
