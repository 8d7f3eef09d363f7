//! The process of the server that is measured.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Resource, Signal, getrlimit, kill_process, setrlimit};

use super::PROFILE;
use super::report::Memory;
use crate::client::Client;
use crate::credentials::Account;
use crate::folder::target;
use crate::function_processes::{cpu_ms, kib};
use crate::problem::problem;

/// Timeout of each request that prepares a measurement, such as the publication of an event.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Command-line options of the server. The limits on requests from one address are very high, because all requests come from
/// one address.
const SETTINGS: [(&str, &str); 7] = [
    ("--listen", "127.0.0.1:0"),
    ("--log-format", "json"),
    ("--sending-rate", "100000"),
    ("--login-failures-per-source", "1000000"),
    ("--sign-ups-per-source", "1000000"),
    ("--codes-per-source", "1000000"),
    ("--live-tickets-per-source", "1000000"),
];

/// A server with its own data folder on the disk of the checkout. Dropping this value ends the server and removes the folder.
#[derive(Debug)]
pub(super) struct Program {
    folder: PathBuf,
    running: Option<Child>,
    /// Host and port of the server.
    pub(super) address: String,
}

impl Program {
    /// Prepares a server: creates its data folder and its administrator's account, but does not start the server.
    pub(super) fn new(admin: &Account) -> Result<Self> {
        let mut limits = getrlimit(Resource::Nofile);
        limits.current = limits.maximum;
        setrlimit(Resource::Nofile, limits).context("allowing as many connections as possible")?;
        let folder = target().join(format!("bench/server-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let server = Self {
            folder,
            running: None,
            address: String::new(),
        };
        let mut command = server.command("admin");
        command.args(["--email", &admin.email]);
        let mut making = command.stdin(Stdio::piped()).spawn()?;
        if let Some(mut input) = making.stdin.take() {
            writeln!(input, "{}", admin.password)?;
        }
        ensure!(making.wait()?.success(), "no administrator could be made");
        Ok(server)
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut command = without_environment(&target().join(PROFILE).join("em-connect"));
        command.arg(subcommand).arg("--data").arg(self.data());
        command.current_dir(&self.folder);
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts the server, and sends it the request `GET path`. Returns how long it took from the start until the answer.
    pub(super) fn start(&mut self, path: &str) -> Result<Duration> {
        let log = self.folder.join("log.jsonl");
        let mut command = self.command("serve");
        for (name, value) in SETTINGS {
            command.args([name, value]);
        }
        let begun = Instant::now();
        let logged = File::options().create(true).append(true).open(&log)?;
        let command = command.stdout(logged.try_clone()?).stderr(logged);
        let child = self.running.insert(command.spawn()?);
        let url = loop {
            if let Ok(url) = fs::read_to_string(self.folder.join("data/address")) {
                break url;
            }
            if child.try_wait()?.is_some() || begun.elapsed() > TIMEOUT {
                let log = fs::read_to_string(&log).unwrap_or_default();
                let last = log.lines().last().unwrap_or_default();
                return Err(problem("em-connect serve does not start", last));
            }
            sleep(Duration::from_millis(1));
        };
        let answer = Client::new(&url, TIMEOUT).get(path, None)?;
        let took = begun.elapsed();
        answer.expect_status(200, "the first answer")?;
        url.trim_start_matches("http://")
            .clone_into(&mut self.address);
        Ok(took)
    }

    /// Stops the server with SIGTERM, as a service manager does.
    pub(super) fn stop(&mut self) -> Result<()> {
        if let Some(mut child) = self.running.take() {
            kill_process(Pid::from_child(&child), Signal::TERM).context("ending the server")?;
            child.wait().context("waiting for the server")?;
        }
        Ok(())
    }

    /// Returns a client for requests that prepare a measurement.
    pub(super) fn client(&self) -> Client {
        Client::new(&format!("http://{}", self.address), TIMEOUT)
    }

    /// Returns the CPU time that the server has used, in milliseconds.
    pub(super) fn cpu_ms(&self) -> Result<f64> {
        cpu_ms(&self.read("stat")?).context("the system tells no CPU time")
    }

    /// Returns the server's current memory and its peak memory.
    pub(super) fn memory(&self) -> Result<Memory> {
        let (now, ever) = (self.read("smaps_rollup")?, self.read("status")?);
        let mib = |text: &str, name: &str| {
            let kib = kib(text, name).with_context(|| format!("the system tells no {name}"))?;
            anyhow::Ok(f64::from(u32::try_from(kib)?) / 1024.0)
        };
        Ok(Memory {
            proportional: mib(&now, "Pss:")?,
            most_resident: mib(&ever, "VmHWM:")?,
        })
    }

    /// Resets the peak of the server's memory through the file `clear_refs` (proc(5)).
    pub(super) fn forget_most_memory(&self) -> Result<()> {
        fs::write(self.file("clear_refs")?, "5").context("resetting the peak of memory")
    }

    /// Returns the number of mails in the server's folder of mails.
    pub(super) fn mails(&self) -> Result<usize> {
        let entries = fs::read_dir(self.data().join("mail")).context("reading mails")?;
        let names = entries.flatten().map(|entry| entry.file_name());
        Ok(names
            .filter(|name| Path::new(name).extension().is_some_and(|end| end == "eml"))
            .count())
    }

    /// Removes all mails, so that counting them stays fast.
    pub(super) fn remove_mails(&self) -> Result<()> {
        for entry in fs::read_dir(self.data().join("mail"))?.flatten() {
            fs::remove_file(entry.path())?;
        }
        Ok(())
    }

    fn file(&self, name: &str) -> Result<PathBuf> {
        let Some(child) = &self.running else {
            bail!("the server does not run");
        };
        Ok(format!("/proc/{}/{name}", child.id()).into())
    }

    fn read(&self, name: &str) -> Result<String> {
        let path = self.file(name)?;
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    }
}

/// Returns the command that runs `program` with an empty environment. The server also reads settings from variables
/// `EM_CONNECT_*`. If the caller's shell has such variables, they would change the measurement, and could send mail to real
/// addresses.
fn without_environment(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(child) = &mut self.running {
            // This fails if the process has already ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_inherits_no_variable() {
        assert!(std::env::vars_os().next().is_some());
        let printed = without_environment(Path::new("/usr/bin/env")).output();
        let printed = printed.unwrap().stdout;
        assert_eq!(String::from_utf8_lossy(&printed), "");
    }
}
