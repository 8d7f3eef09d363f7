//! Builds the functions and prepares their deployment. Each function has a folder in `functions/` and a binary.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use crate::folder::root;
use crate::process::{cargo, output, run_visibly};

/// The modification time of every staged binary. It is arbitrary but later than 1980, because a zip file cannot hold an earlier
/// time.
const SOME_TIME: Duration = Duration::from_hours(24 * 365 * 30);

/// Returns the names of the functions, in alphabetical order.
pub(crate) fn names() -> Result<Vec<String>> {
    let folder = root().join("functions");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.join("Cargo.toml").exists() {
            names.extend(
                path.file_name()
                    .and_then(|name| name.to_str())
                    .map(str::to_owned),
            );
        }
    }
    names.sort();
    anyhow::ensure!(!names.is_empty(), "{} has no functions", folder.display());
    Ok(names)
}

/// The kind of build for this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// A quick build of the binaries, without the tests.
    Dev,
    /// A quick build of the binaries together with all tests. The integration tests run the binaries. If the binaries were
    /// built alone, cargo would enable fewer features, and would compile most dependencies twice.
    Tests,
    /// The build for AWS: small and fast code, which takes minutes.
    Release,
}

/// Builds the functions for the machine on which xtask runs.
pub(crate) fn build(profile: Profile) -> Result<()> {
    let mut command = cargo();
    command.arg("build");
    match profile {
        Profile::Dev => {
            command.args(["--workspace", "--bins"]);
            // These two packages are not part of a stack.
            command.args(["--exclude", "xtask", "--exclude", "sim"]);
        }
        Profile::Tests => {
            command = cargo();
            command.args(["test", "--workspace", "--no-run"]);
        }
        Profile::Release => {
            command.arg("--release");
            for name in names()? {
                command.args(["-p", &name]);
            }
        }
    }
    run_visibly(&mut command, "cargo's messages above say why")
}

/// Returns the path of a binary that `build` made. The path is in the target folder that also contains this program.
pub(crate) fn built(profile: Profile, name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("where is xtask?")?;
    let profiles = own
        .parent()
        .and_then(Path::parent)
        .context("xtask is in no target folder")?;
    let folder = match profile {
        Profile::Dev | Profile::Tests => "debug",
        Profile::Release => "release",
    };
    Ok(profiles.join(folder).join(name))
}

/// Copies the template and the binaries into the folder `package`, where `aws cloudformation package` finds them.
pub(crate) fn stage(package: &Path, binaries: &[(String, PathBuf)]) -> Result<()> {
    if package.exists() {
        fs::remove_dir_all(package).with_context(|| format!("removing {}", package.display()))?;
    }
    fs::create_dir_all(package).with_context(|| format!("making {}", package.display()))?;
    let template = root().join("template.yaml");
    fs::copy(&template, package.join("template.yaml"))
        .with_context(|| format!("copying {}", template.display()))?;
    for (name, binary) in binaries {
        let folder = package.join("target/lambda").join(name);
        fs::create_dir_all(&folder)?;
        let bootstrap = folder.join("bootstrap");
        // The line tables make up most of a debug binary, so they are removed. The symbols stay, so messages about panics still
        // contain the names of Rust functions.
        if output(
            Command::new("strip")
                .arg("-S")
                .arg("-o")
                .arg(&bootstrap)
                .arg(binary),
        )
        .is_err()
        {
            fs::copy(binary, &bootstrap)
                .with_context(|| format!("copying {}", binary.display()))?;
        }
        fs::set_permissions(&bootstrap, fs::Permissions::from_mode(0o755))?;
        // The AWS CLI stores the file's time in the zip file. With a fixed time, the same binary gives the same zip file.
        let file = fs::File::options().write(true).open(&bootstrap)?;
        file.set_modified(UNIX_EPOCH + SOME_TIME)?;
    }
    Ok(())
}

/// Returns a hash that changes if the deployment must be repeated. It covers the template, the parameters, and the size and
/// modification time of each binary. The contents of the binaries are left out, because reading them would take longer than a
/// deployment. cargo also compares modification times.
pub(crate) fn fingerprint(binaries: &[(String, PathBuf)], parameters: &[String]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(root().join("template.yaml"))
        .context("reading template.yaml")?
        .hash(&mut hasher);
    parameters.hash(&mut hasher);
    for (name, binary) in binaries {
        let meta =
            fs::metadata(binary).with_context(|| format!("{} was not built", binary.display()))?;
        (name, meta.len(), meta.modified()?).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
