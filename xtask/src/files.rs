//! Reads and writes files. A written file is replaced as a whole, and only its owner can read it.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Writes JSON to a temporary file, and then renames this file to `path`. So a reader never sees a half-written file. Only the
/// owner may read the file (mode 0600), because it may contain passwords.
pub(crate) fn write_private_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let beside = path.with_extension("json.new");
    // An xtask that was killed may have left this temporary file with another mode.
    let _ = fs::remove_file(&beside);
    let write = || -> Result<()> {
        let mut file = File::options()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&beside)?;
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")?;
        fs::rename(&beside, path)?;
        Ok(())
    };
    write().with_context(|| format!("writing {}", path.display()))
}

/// Reads JSON from a file. Returns `None` if the file does not exist.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    serde_json::from_slice(&text)
        .map(Some)
        .with_context(|| format!("reading {}", path.display()))
}

/// Returns the last lines of a text file, or nothing if the file cannot be read.
pub(crate) fn last_lines(path: &Path, count: usize) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn secrets_are_private_and_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stack.json");
        assert_eq!(read_json::<Vec<u8>>(&path).unwrap(), None);
        write_private_json(&path, &[1]).unwrap();
        write_private_json(&path, &[1, 2]).unwrap();
        assert_eq!(read_json(&path).unwrap(), Some(vec![1, 2]));
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn last_lines_of_a_short_and_of_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        assert_eq!(last_lines(&path, 2), "");
        fs::write(&path, "a\nb\n\nc\n").unwrap();
        assert_eq!(last_lines(&path, 2), "b\nc");
        assert_eq!(last_lines(&path, 9), "a\nb\nc");
    }
}
