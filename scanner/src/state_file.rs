//! The state file of a scanner. It is never half-written, only its owner can read it, and only one scanner at a time uses it.

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{exit::Stop, state::State};

/// The state file. It stays locked until this value is dropped or the process ends in any way.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    _lock: File,
}

impl StateFile {
    /// Locks the state file at `path`, and returns the file and the state that it contains. The state is `None` if the file
    /// does not exist yet.
    pub(crate) fn open(path: PathBuf) -> Result<(Self, Option<State>), Stop> {
        if path.file_name().is_none() {
            return Err(Stop::Usage(format!("{} is no file", path.display())));
        }
        if let Some(folder) = path.parent().filter(|path| !path.as_os_str().is_empty()) {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .with_context(|| format!("making {}", folder.display()))?;
        }
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(beside(&path, ".lock"))
            .with_context(|| format!("writing beside {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Stop::Usage(format!(
                    "another scanner uses {}: end it, or give this one its own file with --state",
                    path.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let state = read(&path)?;
        Ok((Self { path, _lock: lock }, state))
    }

    /// Returns the path of the state file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the state to the disk. After this returns, the state survives a power failure.
    pub(crate) fn save(&self, state: &State) -> Result<()> {
        let new = beside(&self.path, ".new");
        let write = || -> Result<()> {
            // A scanner that was killed may have left this temporary file with another mode.
            match fs::remove_file(&new) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
            let mut file = File::options()
                .create_new(true)
                .write(true)
                .mode(0o600)
                .open(&new)?;
            file.write_all(&serde_json::to_vec(state)?)?;
            file.sync_all()?;
            fs::rename(&new, &self.path)?;
            let folder = self
                .path
                .parent()
                .filter(|path| !path.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
            Ok(())
        };
        write().with_context(|| format!("writing {}", self.path.display()))
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Reads the scanner's state. A damaged file is an error and is never replaced, because it may contain the only copy of queued
/// scans.
fn read(path: &Path) -> Result<Option<State>> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let state = serde_json::from_slice(&text);
    state.map(Some).with_context(|| {
        format!(
            "{} is not a scanner's state; move it away to begin anew",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn state() -> State {
        let event = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        State::new(event, "device".to_owned())
    }

    #[test]
    fn a_state_is_read_back_by_the_next_scanner_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/state.json");
        let (file, none) = StateFile::open(path.clone()).unwrap();
        assert_eq!(none, None);
        let mut state = state();
        state.let_in = 7;
        state.revoked.insert("ABCD-EFGH-JKMN".parse().unwrap());
        file.save(&state).unwrap();
        file.save(&state).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        drop(file);
        assert_eq!(StateFile::open(path).unwrap().1, Some(state));
    }

    #[test]
    fn two_scanners_do_not_share_a_state() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let first = StateFile::open(path.clone()).unwrap();
        assert!(matches!(StateFile::open(path.clone()), Err(Stop::Usage(_))));
        drop(first);
        assert!(StateFile::open(path).is_ok());
    }

    #[test]
    fn a_damaged_state_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        fs::write(&path, "{\"event\":").unwrap();
        assert!(matches!(
            StateFile::open(path.clone()),
            Err(Stop::Failed(_))
        ));
        assert_eq!(fs::read(path).unwrap(), b"{\"event\":");
    }
}
