//! Node, and the npm packages of a folder of the project.

use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::folder::{lock, root, target};
use crate::process::output;
use crate::tools::Tools;

const FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// The Node among the tools, with npm.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    search_path: OsString,
}

/// Installed packages.
#[derive(Debug, Clone)]
pub(crate) struct Packages {
    node: Node,
    folder: PathBuf,
}

impl Node {
    /// Returns the Node that is pinned among `tools`.
    ///
    /// # Errors
    /// The search path cannot be extended.
    pub(crate) fn of(tools: &Tools) -> Result<Self> {
        let search_path = tools.search_path()?;
        Ok(Self { search_path })
    }

    /// Installs the packages in the lock file of `source`, a folder of the project, into `target/tools`, unless that was done
    /// before.
    pub(crate) fn install(&self, source: &str) -> Result<Packages> {
        let tools = target().join("tools");
        let packages = Packages {
            node: self.clone(),
            folder: tools.join(source),
        };
        let folder = &packages.folder;
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let _lock = lock(&tools.join("lock"), "another xtask installs the tools")?;
        let fingerprint = copy_files(&root().join(source), folder)?;
        let marker = folder.join("em-connect-packages");
        if fs::read_to_string(&marker).is_ok_and(|found| found == fingerprint) {
            return Ok(packages);
        }
        let mut npm = packages.node.command(Path::new("npm"));
        npm.current_dir(folder).args(["ci", "--ignore-scripts"]);
        npm.args(["--prefer-offline", "--no-audit", "--no-fund"]);
        output(&mut npm).context("npm needs a network or a mirror (npm_config_registry)")?;
        fs::write(&marker, fingerprint).with_context(|| format!("writing {}", marker.display()))?;
        Ok(packages)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env("PATH", &self.search_path);
        command
    }
}

impl Packages {
    /// Returns a command that runs a program of the packages in the root of the project.
    pub(crate) fn program(&self, name: &str) -> Command {
        let path = self.folder.join("node_modules/.bin").join(name);
        let mut command = self.node.command(&path);
        command.current_dir(root());
        command
    }
}

/// Copies the files that npm reads, and returns their fingerprint.
fn copy_files(from: &Path, to: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for name in FILES {
        let path = from.join(name);
        let text =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        text.hash(&mut hasher);
        fs::write(to.join(name), text).with_context(|| format!("copying {}", path.display()))?;
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}
