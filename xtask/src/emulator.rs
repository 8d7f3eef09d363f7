//! The emulator process of one local stack.

pub(crate) mod port;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::files::{last_lines, read_json, write_private_json};
use crate::folder::{Folder, root};
use crate::problem::problem;
use crate::tools::Tools;

/// Maximum number of processes of one function. If all of them are busy, further calls of the function wait.
const CONCURRENCY: &str = "24";

/// Environment variables of every emulator, including the emulator in Docker (`docker-compose.yml`). With these variables, the
/// emulator throttles no call. The emulator also opens no fixed port, because two emulators could not share a port.
const ENVIRONMENT: &str = include_str!("../emulator/environment.json");

const STARTS_WITHIN: Duration = Duration::from_secs(30);
const STOPS_WITHIN: Duration = Duration::from_secs(5);

/// An emulator that was started, as the file `emulator.json` describes it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Emulator {
    /// Id of the emulator's process. The process group has the same number.
    pub(crate) pid: u32,
    /// Port on 127.0.0.1 at which the emulator listens.
    pub(crate) port: u16,
}

/// The time for which the emulator runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// The emulator runs until `cargo xtask down`.
    Detached,
    /// The emulator ends when this xtask ends, even if this xtask is killed.
    WithXtask,
}

/// The behaviour of the emulator that differs from AWS. In every mode, the emulator also counts the calls of functions
/// (`xtask/emulator/counts.py`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The emulator enforces no roles and causes no faults. Functions may call everything.
    Plain,
    /// The emulator enforces the template's roles, and writes every decision to a file in the stack's folder.
    Roles,
    /// The emulator causes the faults that a file in the stack's folder describes (`xtask/emulator/faults.py`).
    Faults,
}

impl Emulator {
    /// Returns the emulator of a stack if the emulator's process is running.
    pub(crate) fn running(folder: &Folder) -> Result<Option<Self>> {
        let recorded: Option<Self> = read_json(&folder.emulator_json())?;
        Ok(recorded.filter(|emulator| emulator.is_ours(folder)))
    }

    /// Fails if the wanted port is not available, so that this error appears before a long build and not after it.
    pub(crate) fn check_port(folder: &Folder, wanted: Option<u16>) -> Result<()> {
        match (Self::running(folder)?, wanted) {
            (Some(running), Some(wanted)) if running.port != wanted => Err(problem(
                format!(
                    "the local stack `{}` already runs on port {}",
                    folder.name, running.port
                ),
                format!(
                    "leave --port away, or stop it first: `cargo xtask down{}`",
                    folder.option()
                ),
            )),
            (None, Some(_)) => port::choose(wanted, None).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Starts an emulator, and waits until it answers. Removes the files of an earlier emulator, whose data was only in memory.
    pub(crate) fn start(
        folder: &Folder,
        tools: &Tools,
        wanted: Option<u16>,
        lifetime: Lifetime,
        mode: Mode,
    ) -> Result<Self> {
        let before: Option<Self> = read_json(&folder.emulator_json()).unwrap_or_default();
        let port = port::choose(wanted, before.map(|emulator| emulator.port))?;
        for leftover in [folder.data(), folder.package(), folder.mail()] {
            if leftover.exists() {
                fs::remove_dir_all(&leftover)
                    .with_context(|| format!("removing {}", leftover.display()))?;
            }
        }
        let _ = fs::remove_file(folder.stack_json());
        for part in ["tmp", "home", "s3", "state"] {
            fs::create_dir_all(folder.data().join(part))?;
        }
        let mut child = spawn(folder, tools, port, lifetime, mode)?;
        let emulator = Self {
            pid: child.id(),
            port,
        };
        write_private_json(&folder.emulator_json(), &emulator)?;
        emulator.wait_until_healthy(folder, &mut child)?;
        Ok(emulator)
    }

    /// Returns the URL of the emulator, to which AWS requests are sent.
    pub(crate) fn endpoint(self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns whether the emulator answers.
    pub(crate) fn is_healthy(self) -> bool {
        let client = Client::new(&self.endpoint(), Duration::from_secs(2));
        client
            .get("/_ministack/health", None)
            .is_ok_and(|answer| answer.status == 200)
    }

    /// Ends the emulator and every function process, first with SIGTERM, then with SIGKILL.
    pub(crate) fn stop(self, folder: &Folder) -> Result<()> {
        if !self.is_ours(folder) {
            return Ok(());
        }
        for signal in [Signal::TERM, Signal::KILL] {
            self.signal(signal)?;
            let deadline = Instant::now() + STOPS_WITHIN;
            while self.is_ours(folder) && Instant::now() < deadline {
                sleep(Duration::from_millis(50));
            }
            if !self.is_ours(folder) {
                break;
            }
        }
        if self.is_ours(folder) {
            return Err(problem(
                format!(
                    "the emulator of `{}` (process {}) does not end",
                    folder.name, self.pid
                ),
                format!("see `ps -fp {}`", self.pid),
            ));
        }
        // A function that is handling a call may outlive the emulator, so all processes of the group are killed.
        let _ = self.signal(Signal::KILL);
        Ok(())
    }

    /// Returns an error that shows why the emulator ended.
    pub(crate) fn died(folder: &Folder) -> anyhow::Error {
        let log = folder.emulator_log();
        problem(
            format!(
                "the emulator of `{}` died; its last lines:\n{}",
                folder.name,
                last_lines(&log, 15)
            ),
            format!(
                "the whole log is {}; start anew with `cargo xtask up{}`",
                log.display(),
                folder.option()
            ),
        )
    }

    /// Returns whether the process is the emulator of this stack, and not another process with the same number.
    pub(crate) fn is_ours(self, folder: &Folder) -> bool {
        // A process that has ended, but whose parent has not waited for it, has an empty command line.
        command_line(self.pid).is_some_and(|line| is_launcher_of(&line, &folder.path))
    }

    fn signal(self, signal: Signal) -> Result<()> {
        let group = i32::try_from(self.pid)
            .ok()
            .and_then(Pid::from_raw)
            .context("no process id")?;
        match kill_process_group(group, signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => {
                Err(error).with_context(|| format!("signalling process group {}", self.pid))
            }
        }
    }

    fn wait_until_healthy(self, folder: &Folder, child: &mut Child) -> Result<()> {
        let deadline = Instant::now() + STARTS_WITHIN;
        while !self.is_healthy() {
            if child.try_wait()?.is_some() {
                return Err(Self::died(folder));
            }
            if Instant::now() > deadline {
                self.stop(folder)?;
                return Err(problem(
                    format!(
                        "the emulator did not answer within {} s",
                        STARTS_WITHIN.as_secs()
                    ),
                    format!("its log is {}", folder.emulator_log().display()),
                ));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

fn spawn(
    folder: &Folder,
    tools: &Tools,
    port: u16,
    lifetime: Lifetime,
    mode: Mode,
) -> Result<Child> {
    let log = File::create(folder.emulator_log()).context("making the emulator's log")?;
    let data = folder.data();
    let mut command = Command::new(tools.program("python"));
    command
        // With this option, Python writes no bytecode beside the sources.
        .arg("-B")
        .arg(root().join("xtask/emulator/launcher.py"))
        .arg(&folder.path);
    if lifetime == Lifetime::WithXtask {
        command.arg("--with-parent");
    }
    // Functions inherit the whole environment, so only `PATH` is taken from the user's environment.
    command
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command
        .envs([("LANG", "C.UTF-8"), ("BIND_HOST", "127.0.0.1")])
        .envs(serde_json::from_str::<BTreeMap<String, String>>(
            ENVIRONMENT,
        )?);
    command.env("GATEWAY_PORT", port.to_string());
    command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
    // Without these variables, all emulators on the machine would write to the same folders below /tmp.
    command
        .env("TMPDIR", data.join("tmp"))
        .env("HOME", data.join("home"));
    command
        .env("S3_DATA_DIR", data.join("s3"))
        .env("STATE_DIR", data.join("state"));
    // The emulator's launcher reads these variables and removes them from the environment.
    command
        .env("EM_CONNECT_MAIL_DIR", folder.mail())
        .env("EM_CONNECT_CONCURRENCY", CONCURRENCY);
    match mode {
        Mode::Plain => {}
        Mode::Roles => {
            command.env("AUTH", "true");
            command.env("EM_CONNECT_DECISIONS", folder.decisions());
        }
        Mode::Faults => {
            command.env("EM_CONNECT_FAULTS", folder.faults());
        }
    }
    command
        .current_dir(&data)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    command.spawn().context("starting the emulator")
}

/// Returns the command line of a process, with one argument per line.
pub(crate) fn command_line(pid: u32) -> Option<String> {
    if Path::new("/proc/self").exists() {
        let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&bytes).replace('\0', "\n"));
    }
    // macOS has no /proc. `ps` separates arguments by spaces, so this works only if the path of the checkout has no spaces.
    let output = Command::new("ps")
        .args(["-o", "args=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).replace(' ', "\n"))
}

fn is_launcher_of(command_line: &str, folder: &Path) -> bool {
    let mut arguments = command_line.lines();
    let launcher = arguments.any(|argument| argument.ends_with("xtask/emulator/launcher.py"));
    launcher
        && arguments
            .next()
            .is_some_and(|argument| Path::new(argument) == folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_launcher_of_this_stack_is_ours() {
        let line = "python\n/src/xtask/emulator/launcher.py\n/src/target/local\n";
        assert!(is_launcher_of(line, Path::new("/src/target/local")));
        assert!(!is_launcher_of(line, Path::new("/src/target/loc")));
        assert!(!is_launcher_of(
            "vi\n/src/target/local\n",
            Path::new("/src/target/local")
        ));
        assert!(!is_launcher_of("", Path::new("/src/target/local")));
    }

    #[test]
    fn the_command_line_of_this_process() {
        assert!(command_line(std::process::id()).unwrap().contains("xtask"));
    }
}
