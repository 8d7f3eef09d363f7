//! Python environments with pinned packages. The first contains emulator, AWS CLI, cargo-lambda, linters and Node, the second
//! generates clients from the contract, and the third tests the contract.

use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::folder::{lock, require_space, target};
use crate::problem::problem;
use crate::process::output;

const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// Name and requirements of a Python environment. All environments except the emulator's are described by this type.
pub(crate) type Environment = (&'static str, &'static str);
/// The Python environment of the program that generates a client from the contract.
pub(crate) const PYTHON_CLIENT: Environment =
    ("python-client", include_str!("../python-client.txt"));
/// The Python environment of the program that tests the contract.
pub(crate) const SCHEMATHESIS: Environment = ("schemathesis", include_str!("../schemathesis.txt"));

/// Returns the installed tools if `cargo xtask test` runs the test. Otherwise the test ends here and passes, for example under
/// `cargo test --workspace`, for which only Rust must be installed. The argument of the macro says for what the test needs the
/// tools. `tests/tests/blackbox/targets.rs` lists all tests that begin with this macro.
#[cfg(test)]
macro_rules! with_tools {
    ($why:literal) => {
        match std::env::var_os("EM_CONNECT_STACK") {
            Some(_) => crate::tools::Tools::installed().unwrap(),
            None => return,
        }
    };
}
#[cfg(test)]
pub(crate) use with_tools;

/// The oldest version of Python, as major and minor number, that can run the emulator.
const MINIMUM: (u32, u32) = (3, 11);

/// A virtual environment below `target/tools`.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    venv: PathBuf,
    requirements: &'static str,
}

impl Tools {
    /// Returns the emulator's environment without installing anything. Fails if it is not installed or is outdated.
    pub(crate) fn installed() -> Result<Self> {
        let tools = Self::of("venv", REQUIREMENTS);
        if tools.is_current() {
            Ok(tools)
        } else {
            Err(problem(
                "the tools are not installed",
                "run `cargo xtask up` first",
            ))
        }
    }

    /// Returns the emulator's environment for a test that runs no program of this environment.
    #[cfg(test)]
    pub(crate) fn not_run() -> Self {
        Self::of("venv", REQUIREMENTS)
    }

    /// Installs the packages in `requirements.txt`, unless they are installed already.
    pub(crate) fn install() -> Result<Self> {
        Self::of("venv", REQUIREMENTS).completed()
    }

    /// Installs everything that `up` and `test` need, unless it is installed already.
    pub(crate) fn install_all() -> Result<()> {
        Self::install()?;
        Self::install_other(PYTHON_CLIENT)?;
        Ok(())
    }

    /// Installs another environment, unless it is installed already.
    pub(crate) fn install_other((name, requirements): Environment) -> Result<Self> {
        Self::of(name, requirements).completed()
    }

    fn of(name: &str, requirements: &'static str) -> Self {
        Self {
            venv: target().join("tools").join(name),
            requirements,
        }
    }

    fn completed(self) -> Result<Self> {
        if self.is_current() {
            return Ok(self);
        }
        let folder = target().join("tools");
        // The largest of the Python environments takes 1.2 GB.
        require_space(2)?;
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let _lock = lock(&folder.join("lock"), "another xtask installs the tools")?;
        if self.is_current() {
            return Ok(self);
        }
        self.make()?;
        Ok(self)
    }

    /// Returns the path of a program in the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.venv.join("bin").join(name)
    }

    /// Returns `PATH` with the environment's programs first, so that cargo finds `cargo-lambda`, and `cargo-lambda` finds zig.
    pub(crate) fn search_path(&self) -> Result<OsString> {
        let rest = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.venv.join("bin")).chain(std::env::split_paths(&rest));
        std::env::join_paths(all).context("PATH cannot be extended")
    }

    fn marker(&self) -> PathBuf {
        self.venv.join("em-connect-requirements")
    }

    fn is_current(&self) -> bool {
        // If Python was removed, this path is a dangling link, for which `exists` returns false.
        self.program("python").exists()
            && fs::read_to_string(self.marker()).is_ok_and(|found| found == self.fingerprint())
    }

    fn fingerprint(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.requirements.hash(&mut hasher);
        format!("{:016x}\n", hasher.finish())
    }

    fn make(&self) -> Result<()> {
        let python = find_python()?;
        let _ = fs::remove_file(self.marker());
        output(
            Command::new(&python)
                .args(["-m", "venv", "--clear"])
                .arg(&self.venv),
        )
        .map_err(|error| {
            problem(
                format!("{python} made no virtual environment: {error:#}"),
                format!("on Debian and Ubuntu install it: `sudo apt install {python}-venv`"),
            )
        })?;
        let file = self.venv.with_extension("txt");
        fs::write(&file, self.requirements)
            .with_context(|| format!("writing {}", file.display()))?;
        let mut pip = Command::new(self.program("python"));
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ])
        .arg(&file);
        output(&mut pip).map_err(|error| {
            problem(
                format!("the tools could not be installed: {error:#}"),
                "pip needs a network or a mirror (PIP_INDEX_URL), and wheels for this Python and machine",
            )
        })?;
        fs::write(self.marker(), self.fingerprint())
            .with_context(|| format!("writing {}", self.marker().display()))
    }
}

fn find_python() -> Result<String> {
    let help = "install Python 3.11 or later: `sudo apt install python3.11 python3.11-venv`, \
                `brew install python@3.11`, or `pyenv install 3.11`";
    let mut found = None;
    for name in ["python3.11", "python3"] {
        let Ok(text) = output(Command::new(name).arg("--version")) else {
            continue;
        };
        match parse_version(&text) {
            Some(version) if version >= MINIMUM => return Ok(name.to_owned()),
            _ => found = Some(text.trim().to_owned()),
        }
    }
    Err(match found {
        Some(version) => problem(
            format!("{version} is too old: the emulator needs Python 3.11 or later"),
            help,
        ),
        None => problem("neither `python3.11` nor `python3` was found", help),
    })
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix("Python ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(parse_version("Python 3.11.7\n"), Some((3, 11)));
        assert!(parse_version("Python 3.9.2").unwrap() < MINIMUM);
        assert!(parse_version("Python 3.14.0rc1").unwrap() > MINIMUM);
        assert_eq!(parse_version("pyenv: python3.11: command not found"), None);
    }
}
