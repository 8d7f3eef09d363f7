//! Paths in the checkout, and paths of a local stack.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, Result};

use crate::problem::problem;

/// Folders below `target/` that belong to cargo or to xtask itself, so that no stack may have their names.
const RESERVED: [&str; 9] = [
    "bench",
    "debug",
    "release",
    "doc",
    "lambda",
    "package",
    "tmp",
    "tools",
    "criterion",
];

/// Returns the root of the checkout.
pub(crate) fn root() -> PathBuf {
    // cargo sets this variable for `cargo run`. A binary that is run by hand uses the value from its build.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package
        .parent()
        .map_or_else(|| package.clone(), Path::to_path_buf)
}

/// Returns the folder that contains the stacks and the tools.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// The name of a local stack, or of a stage, which is a deployment of the template. The template limits the names of stages in
/// the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StackName(String);

impl FromStr for StackName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.len() > 20
            || !text.starts_with(|c: char| c.is_ascii_lowercase())
            || !text.chars().all(allowed)
        {
            return Err(
                "a name is 1 to 20 lower-case letters, digits and hyphens, a letter first"
                    .to_owned(),
            );
        }
        if RESERVED.contains(&text) {
            return Err(format!(
                "target/{text} is cargo's or xtask's own folder; choose another name"
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for StackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The folder `target/<name>`, which contains all files of a local stack.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    /// Name of the stack.
    pub(crate) name: StackName,
    /// Absolute path of the folder.
    pub(crate) path: PathBuf,
}

impl Folder {
    /// Returns the folder of a stack. The folder need not exist.
    pub(crate) fn of(name: &StackName) -> Self {
        Self {
            name: name.clone(),
            path: target().join(&name.0),
        }
    }

    /// Returns the folders of all stacks that were started, sorted by name.
    pub(crate) fn all() -> Vec<Self> {
        let entries = fs::read_dir(target()).into_iter().flatten().flatten();
        let mut folders: Vec<_> = entries
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .map(|name: StackName| Self::of(&name))
            .filter(|folder| folder.stack_json().exists() || folder.emulator_json().exists())
            .collect();
        folders.sort_by(|a, b| a.path.cmp(&b.path));
        folders
    }

    /// Returns the name of the stack in `CloudFormation`.
    pub(crate) fn stack_name(&self) -> String {
        format!("em-connect-{}", self.name)
    }

    /// Returns the option for an `xtask` command line that selects this stack. Returns an empty text for the default stack.
    pub(crate) fn option(&self) -> String {
        if self.name.0 == "local" {
            String::new()
        } else {
            format!(" --name {}", self.name)
        }
    }

    /// Returns the path of the file with the addresses of the stack, for tests and people.
    pub(crate) fn stack_json(&self) -> PathBuf {
        self.path.join("stack.json")
    }

    /// Returns the path of the file with the emulator's process id and port. The file is written when the emulator starts.
    pub(crate) fn emulator_json(&self) -> PathBuf {
        self.path.join("emulator.json")
    }

    /// Returns the path of the log of the emulator itself.
    pub(crate) fn emulator_log(&self) -> PathBuf {
        self.path.join("emulator.log")
    }

    /// Returns the folder to which the emulator and its functions write. The folder is removed together with the emulator.
    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    /// Returns the folder that contains every mail of the stack, with one file per mail.
    pub(crate) fn mail(&self) -> PathBuf {
        self.path.join("mail")
    }

    /// Returns the path of the file with the emulator's decisions about calls, one per line. The file exists if the emulator
    /// enforces roles.
    pub(crate) fn decisions(&self) -> PathBuf {
        self.data().join("decisions.jsonl")
    }

    /// Returns the folder with two files: the description of the faults that the emulator must cause, and the list of the
    /// faults that it caused. The folder is used only if the emulator causes faults.
    pub(crate) fn faults(&self) -> PathBuf {
        self.data().join("faults")
    }

    /// Returns the folder that contains the template and the binaries as they are deployed.
    pub(crate) fn package(&self) -> PathBuf {
        self.path.join("package")
    }

    /// Waits until no other xtask works on this stack, and locks the stack until the returned file is closed.
    pub(crate) fn lock(&self) -> Result<File> {
        fs::create_dir_all(&self.path)
            .with_context(|| format!("making {}", self.path.display()))?;
        lock(
            &self.path.join("lock"),
            &format!("another xtask works on the stack `{}`", self.name),
        )
    }
}

/// Takes an exclusive lock on a file. Prints `busy` if the lock is not free and this process has to wait.
pub(crate) fn lock(path: &Path, busy: &str) -> Result<File> {
    let file = File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("opening {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("{busy}: waiting for it");
            file.lock()
                .with_context(|| format!("locking {}", path.display()))?;
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("locking {}", path.display()));
        }
    }
    Ok(file)
}

/// Fails if the disk with the folder `target/` has less than `gigabytes` GB of free space.
pub(crate) fn require_space(gigabytes: u64) -> Result<()> {
    let target = target();
    fs::create_dir_all(&target).with_context(|| format!("making {}", target.display()))?;
    let disk = rustix::fs::statvfs(&target)
        .with_context(|| format!("asking for free space in {}", target.display()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) / 1_000_000_000;
    if free < gigabytes {
        return Err(problem(
            format!(
                "only {free} GB are free for {}, and {gigabytes} GB are needed",
                target.display()
            ),
            "see `df -h`; `cargo clean` removes what can be built again",
        ));
    }
    Ok(())
}
