//! Copies the whole database file: for a backup, for a restore, and before a migration.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::Path,
};

use rusqlite::Connection;

use crate::error::OpenError;

/// Creates an empty file that only its owner can read and write.
///
/// # Errors
/// The file exists, or it cannot be created.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Copies the whole database of a connection, in its current state, to the file `to`. Only the owner can read the copy, because
/// it contains addresses and password hashes. The copy is on the disk when this function returns. If the function fails, no
/// part of the copy is left.
///
/// # Errors
/// The file `to` exists, or the copy cannot be written.
pub(crate) fn copy_database(connection: &Connection, to: &Path) -> Result<(), OpenError> {
    let file = |error| OpenError::File(to.to_owned(), error);
    // The empty file is created first. If `SQLite` created it, its permissions would depend on the umask. `SQLite` accepts a
    // file that exists if it is empty.
    create_private(to).map_err(file)?;
    let copied = vacuum_into(connection, to).and_then(|()| flush(to).map_err(file));
    if copied.is_err() {
        let _ = fs::remove_file(to);
    }
    copied
}

fn vacuum_into(connection: &Connection, to: &Path) -> Result<(), OpenError> {
    let name = to.to_str().ok_or_else(|| {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "the path is not UTF-8");
        OpenError::File(to.to_owned(), error)
    })?;
    connection.execute("VACUUM INTO ?1", [name])?;
    Ok(())
}

/// Flushes a file, and the folder that contains it, to the disk.
pub(crate) fn flush(path: &Path) -> io::Result<()> {
    File::options().write(true).open(path)?.sync_all()?;
    flush_folder_of(path)
}

/// Flushes the folder that contains a file to the disk, for example after the file was renamed.
pub(crate) fn flush_folder_of(path: &Path) -> io::Result<()> {
    // Only on Unix can a folder be opened as a file.
    match path.parent().filter(|_| cfg!(unix)) {
        Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
