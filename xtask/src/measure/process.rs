//! Runs a function in order to measure it. The function runs directly, or under callgrind, which counts its instructions.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::runtime_api::RuntimeApi;
use crate::{function_processes::peak_kib, problem::problem};

/// Time limit of one step. It is long because callgrind makes a function fifty times slower, and the machine may be busy.
const PATIENCE: Duration = Duration::from_mins(2);

/// The binary of a function that is measured, and the environment with which it runs.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) binary: PathBuf,
    pub(super) environment: Vec<(String, String)>,
}

/// A process that is killed when this value is dropped.
struct Running(Child);

/// The resources of a function's process that waits for an invocation.
#[derive(Debug)]
pub(super) struct Idle {
    /// The most memory that the process has held, in bytes.
    pub(super) resident_bytes: u64,
    /// The number of open sockets.
    pub(super) sockets: u64,
}

impl Running {
    fn has_ended(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // This fails if the process has already ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Subject {
    /// Starts the function, and returns what it holds after it has answered `invocations`.
    pub(super) fn idle(&self, invocations: Vec<Value>) -> Result<Idle> {
        let api = RuntimeApi::start(invocations)?;
        let mut process = Running(self.spawn(Command::new(&self.binary), &api)?);
        api.until_idle(PATIENCE, || process.has_ended())?;
        let folder = PathBuf::from(format!("/proc/{}", process.0.id()));
        let status = fs::read_to_string(folder.join("status"));
        let status = status.context("reading how much memory the function holds")?;
        let kibibytes = peak_kib(&status).context("the system tells no peak of memory")?;
        let files = fs::read_dir(folder.join("fd")).context("reading the function's files")?;
        let is_socket = |file: &fs::DirEntry| {
            fs::read_link(file.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"))
        };
        Ok(Idle {
            resident_bytes: kibibytes * 1_024,
            sockets: files.flatten().filter(is_socket).count() as u64,
        })
    }

    /// Runs the function until it has answered `invocations`. Returns the answers in the same order, and the number of
    /// instructions since the function's start. callgrind writes its profile to the file `profile`, which `callgrind_annotate`
    /// can read.
    pub(super) fn instructions(
        &self,
        invocations: Vec<Value>,
        profile: &Path,
    ) -> Result<(Vec<Value>, u64)> {
        let api = RuntimeApi::start(invocations)?;
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--quiet", "--tool=callgrind"]);
        valgrind.arg(format!("--callgrind-out-file={}", profile.display()));
        valgrind.arg(&self.binary);
        let mut process = Running(self.spawn(valgrind, &api).map_err(|error| {
            problem(
                format!("instructions are counted by valgrind: {error:#}"),
                "install it, such as by `apt-get install valgrind`",
            )
        })?);
        let answers = api.until_idle(PATIENCE, || process.has_ended())?;
        // callgrind writes its profile when the function gets SIGTERM.
        kill_process(Pid::from_child(&process.0), Signal::TERM).context("ending the function")?;
        process.0.wait().context("waiting for valgrind")?;
        let written = fs::read_to_string(profile)
            .with_context(|| format!("reading {}", profile.display()))?;
        let cost =
            total(&written).with_context(|| format!("{} has no total", profile.display()))?;
        Ok((answers, cost))
    }

    fn spawn(&self, mut command: Command, api: &RuntimeApi) -> Result<Child> {
        command
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs(self.environment.iter().cloned())
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            // If the process cannot start, it prints the reason to standard error.
            .stderr(Stdio::inherit());
        let program = command.get_program().to_owned();
        command
            .spawn()
            .with_context(|| format!("starting {}", program.display()))
    }
}

/// Returns the number of instructions of a whole run. The line `totals` or `summary` of the profile contains it (valgrind
/// manual, "Callgrind Format Specification").
fn total(profile: &str) -> Option<u64> {
    let mut lines = profile.lines().rev();
    let line = lines.find_map(|line| {
        line.strip_prefix("totals:")
            .or_else(|| line.strip_prefix("summary:"))
    })?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_of_a_profile_is_found() {
        let profile =
            "# callgrind format\nevents: Ir\nsummary: 7\n\nfn=(1) main\n3 42\n\ntotals: 2100403\n";
        assert_eq!(total(profile), Some(2_100_403));
        assert_eq!(total("events: Ir\n"), None);
    }
}
