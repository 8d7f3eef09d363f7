//! Replaces a database with a backup.

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

/// A checked copy of a backup, stored beside the database that it will replace. As long as this value exists, no other process
/// can open the database.
#[derive(Debug)]
pub struct Restoration {
    path: PathBuf,
    fresh: PathBuf,
    replaced: Option<PathBuf>,
    #[expect(dead_code, reason = "held until the backup is in its place")]
    lock: Lock,
}

impl Restoration {
    /// Checks the backup `from`, and copies it beside the database at `path`. If a database exists at `path`, [`Self::finish`]
    /// will add `suffix` to its name; the suffix comes from [`suffix_for_replaced`]. The call blocks its thread.
    ///
    /// # Errors
    /// Another process has the database open, the backup is damaged or was written by a newer version of the program, or a file
    /// could not be written.
    pub fn prepare(from: &Path, path: &Path, suffix: &str) -> Result<Self, OpenError> {
        let lock = Lock::take(path)?;
        let fresh = beside(path, ".restored");
        // If an earlier attempt to restore was interrupted, its copy of the backup still exists.
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

    /// Replaces the database with the backup. If a database exists already, it is renamed, and its new path is returned.
    ///
    /// # Errors
    /// A file could not be renamed.
    pub fn finish(self) -> Result<Option<PathBuf>, OpenError> {
        if let Some(replaced) = &self.replaced {
            // The journal of the replaced database is renamed together with the database file, because it may contain the last
            // writes.
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

/// Returns a suffix, `.replaced-SECONDS`, for the names of files that are replaced together. For each of the paths, no file
/// with this suffix exists yet.
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

/// Copies a database including the content of its journal. Before that, checks that the database is undamaged and belongs to
/// this program.
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
