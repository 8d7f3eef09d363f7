//! Writes files as a whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// The mode of a file that only its owner can read and write.
pub const PRIVATE: u32 = 0o600;

/// Writes a file with the permissions `mode`. The file is on the disk when this function returns. A reader finds either the old
/// content or the new content, never a part.
///
/// # Errors
/// The new content could not be written, and the file keeps its old content; or it was written, but the folder of the file
/// could not be flushed.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let written = write_durably(&partial, bytes, mode).and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        let _ = fs::remove_file(&partial);
    }
    written?;
    flush_folder_of(path)
}

/// Makes a file that only its owner can read, and calls `contents` to write it. The file is on the disk when this function
/// returns. If anything fails, no part of the file is left.
///
/// # Errors
/// The file exists already, it could not be written, or `contents` failed.
pub fn write_new<T, E: From<io::Error>>(
    path: &Path,
    contents: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(PRIVATE);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            io::Error::new(error.kind(), "it exists, and is not overwritten")
        }
        _ => error,
    })?;
    let written = contents(&mut file).and_then(|value| {
        file.sync_all()?;
        flush_folder_of(path)?;
        Ok(value)
    });
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

/// Flushes the folder that contains a file. The name of a new file is stored in the folder, so a flush of the file alone does
/// not make the name durable.
fn flush_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn write_durably(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(mode);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_there_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        let write = |text: &str, end: fn() -> io::Result<()>| {
            write_new(&path, |file| {
                file.write_all(text.as_bytes())?;
                end()
            })
        };
        write("a part", || Err(io::Error::other("full"))).unwrap_err();
        assert!(!path.exists());
        write("all", || Ok(())).unwrap();
        let error = write("another", || Ok(())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "all");
    }
}
