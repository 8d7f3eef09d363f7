//! Puts a backup in the place of a database.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::{
    connection,
    copies::{CACHE_KIB, integrity},
    copy::{copy_database, flush_folder_of},
    error::OpenError,
    lock::Lock,
    schema::{self, beside},
};

/// A backup that was checked and copied to where it belongs, but has not replaced the database yet. As long as this value
/// exists, no other process can open the database.
#[derive(Debug)]
pub struct Restoration {
    path: PathBuf,
    fresh: PathBuf,
    replaced: Option<PathBuf>,
    #[expect(dead_code, reason = "held until the backup is in its place")]
    lock: Lock,
}

impl Restoration {
    /// Checks the backup `from`, and copies it beside the database at `path`. A database that is there will get the name with
    /// `suffix`, from [`suffix_for_replaced`]. The call blocks.
    ///
    /// # Errors
    /// Another process has the database open, the backup is damaged or newer than this program, or a file could not be written.
    pub fn prepare(from: &Path, path: &Path, suffix: &str) -> Result<Self, OpenError> {
        let lock = Lock::take(path)?;
        let fresh = beside(path, ".restored");
        // An earlier attempt that was interrupted leaves its copy.
        if fresh.exists() {
            std::fs::remove_file(&fresh).map_err(|error| OpenError::File(fresh.clone(), error))?;
        }
        copy_checked(from, &fresh).map_err(|error| error.of_file(from))?;
        let replaced = path.exists().then(|| beside(path, suffix));
        Ok(Self {
            path: path.to_owned(),
            fresh,
            replaced,
            lock,
        })
    }

    /// Puts the backup in the place of the database. A database that is there is renamed; returns its new path.
    ///
    /// # Errors
    /// A file could not be renamed.
    pub fn finish(self) -> Result<Option<PathBuf>, OpenError> {
        if let Some(replaced) = &self.replaced {
            // The journal belongs to its file: it may hold the last writes.
            for end in ["-wal", "-shm", ""] {
                let old = beside(&self.path, end);
                if old.exists() {
                    std::fs::rename(&old, beside(replaced, end))
                        .map_err(|error| OpenError::File(old, error))?;
                }
            }
        }
        std::fs::rename(&self.fresh, &self.path)
            .and_then(|()| flush_folder_of(&self.path))
            .map_err(|error| OpenError::File(self.path.clone(), error))?;
        Ok(self.replaced)
    }
}

/// Returns a suffix for the names of files that are replaced together, `.replaced-SECONDS`, with which none of them exists yet.
#[must_use]
pub fn suffix_for_replaced(paths: &[&Path]) -> String {
    let mut second = Timestamp::now().as_second();
    loop {
        let suffix = format!(".replaced-{second}");
        if !paths.iter().any(|path| beside(path, &suffix).exists()) {
            return suffix;
        }
        second += 1;
    }
}

/// Copies a database that is whole and ours, with what its journal holds.
fn copy_checked(from: &Path, to: &Path) -> Result<(), OpenError> {
    let connection = connection::open_read_only(from, CACHE_KIB)?;
    if schema::check(&connection, from)? == 0 {
        return Err(OpenError::Foreign(from.to_owned()));
    }
    if let Some(fault) = integrity(&connection)?.first() {
        return Err(OpenError::Damaged(fault.clone()));
    }
    copy_database(&connection, to)
}
