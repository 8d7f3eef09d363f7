//! Servers that the suite starts: `em-connect serve` on a temporary folder.
//!
//! The program is `em-connect-under-test` of this package. It is `em-connect`, but it also answers [`Request`]s. It is part of
//! this package so that cargo builds it before each run of the suite; the program of another package could be old or missing.
//! The program ends and removes its folder when its standard input ends. So nothing is left behind, even if the process of the
//! tests was killed.

mod process;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use self::process::Process;
use crate::inside::Request;
use crate::{Credentials, built, built_folder, unique};

/// The name of the program that the suite starts as a server. It differs from the name of the installed program.
const PROGRAM: &str = "em-connect-under-test";
/// If this environment variable is set, the folders of the servers are kept. A developer can then inspect them after a failure.
const KEEP_VARIABLE: &str = "EM_CONNECT_KEEP";
/// Environment variable with the path of the folder that the program removes when it ends.
pub const FOLDER_VARIABLE: &str = "EM_CONNECT_UNDER_TEST";

/// Command-line options of the servers. Tests need them because all requests come from one IP address and no mail may leave the
/// machine. A deployed stack of the suite has the same settings (`xtask/src/commands/up.rs`).
const SETTINGS: [(&str, &str); 8] = [
    ("--from", "tickets@em-connect.example"),
    ("--log-format", "json"),
    ("--sending-rate", "1000"),
    ("--allowed-origins", "*"),
    ("--login-failures-per-source", "1000000"),
    ("--sign-ups-per-source", "1000000"),
    ("--codes-per-source", "1000000"),
    ("--live-tickets-per-source", "1000000"),
];

/// A server with its own folder. Dropping this value kills the server and removes the folder.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    admin: Credentials,
    settings: Vec<(String, String)>,
    url: String,
    running: Mutex<Option<Process>>,
}

impl Server {
    /// Starts a new server in a new folder.
    #[track_caller]
    pub fn start() -> Self {
        Self::start_in(Self::new_folder(), &[])
    }

    /// Returns the path of a new folder for a server. The folder is removed together with the server.
    pub(crate) fn new_folder() -> PathBuf {
        let folders = built_folder().join("servers");
        remove_abandoned(&folders);
        folders.join(format!("{}-{}", std::process::id(), unique()))
    }

    /// Starts a new server in this folder, and adds these variables to its environment.
    #[track_caller]
    pub(crate) fn start_in(folder: PathBuf, environment: &[(&str, &str)]) -> Self {
        let admin = Credentials {
            email: "admin@em-connect.example".to_owned(),
            password: format!("a long pass {}", unique()),
        };
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut server = Self {
            folder,
            admin,
            settings: environment.iter().map(owned).collect(),
            url: "http://127.0.0.1:0".to_owned(),
            running: Mutex::new(None),
        };
        if let Err(error) = fs::create_dir_all(&server.folder) {
            panic!("{}: {error}", server.folder.display());
        }
        server.make_admin();
        let process = server.serve();
        process.url().clone_into(&mut server.url);
        *server.running() = Some(process);
        server
    }

    /// Returns the credentials of the server's administrator.
    pub fn admin(&self) -> &Credentials {
        &self.admin
    }

    /// Returns the URL at which the server listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the folder with the server's data.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Returns the path of the server's log file, which contains lines of JSON.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log.jsonl")
    }

    /// Kills the server with SIGKILL if it is running.
    pub fn kill(&self) {
        drop(self.running().take());
    }

    /// Starts the server again after [`Server::kill`], in the same folder and at the same URL.
    #[track_caller]
    pub fn start_again(&self) {
        let mut running = self.running();
        assert!(running.is_none(), "it runs");
        *running = Some(self.serve());
    }

    /// Sends a request to the program, and returns the program's answer.
    #[track_caller]
    pub(crate) fn ask(&self, request: &Request) -> Value {
        let mut running = self.running();
        let Some(process) = running.as_mut() else {
            panic!("{request:?}: it does not run");
        };
        match process.ask(request) {
            Ok(answer) => answer,
            Err(error) => panic!("{request:?}: {error}\n{}", self.end_of_log()),
        }
    }

    fn running(&self) -> MutexGuard<'_, Option<Process>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a command that runs the program on this server's folder. The command's environment has no `EM_CONNECT_`
    /// variables, which would change the program's settings.
    pub(crate) fn program(&self, subcommand: &str) -> Command {
        let mut command = Command::new(built(PROGRAM));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("EM_CONNECT_") {
                command.env_remove(name);
            }
        }
        command.arg(subcommand).arg("--data").arg(self.data());
        command.current_dir(&self.folder);
        command
    }

    #[track_caller]
    fn make_admin(&self) {
        let mut command = self.program("admin");
        command.args(["--email", &self.admin.email]);
        if let Err(error) = process::run(&mut command, &self.admin.password) {
            panic!("{error}");
        }
    }

    #[track_caller]
    fn serve(&self) -> Process {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.log());
        let log = match log {
            Ok(log) => log,
            Err(error) => panic!("{}: {error}", self.log().display()),
        };
        let mut command = self.program("serve");
        let authority = self.url.trim_start_matches("http://");
        command.args(["--listen", authority]);
        for (name, value) in SETTINGS {
            command.args([name, value]);
        }
        for (name, value) in &self.settings {
            command.env(name, value);
        }
        command.env(FOLDER_VARIABLE, self.folder_to_remove());
        command.stderr(Stdio::from(log));
        match Process::start(&mut command) {
            Ok(process) => process,
            Err(error) => panic!("{error}\n{}", self.end_of_log()),
        }
    }

    /// Returns the folder that the program removes when it ends, or an empty path if the folder must be kept.
    fn folder_to_remove(&self) -> &Path {
        if is_kept() {
            Path::new("")
        } else {
            &self.folder
        }
    }

    fn end_of_log(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let mut end = String::new();
        let lines: Vec<&str> = log.lines().collect();
        for line in lines.iter().skip(lines.len().saturating_sub(20)) {
            let _ = writeln!(end, "{line}");
        }
        end
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if !is_kept() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn is_kept() -> bool {
    std::env::var_os(KEEP_VARIABLE).is_some()
}

/// Removes the folders of servers that were killed together with their tests. The name of each folder begins with the process
/// id of its tests.
fn remove_abandoned(folders: &Path) {
    for folder in fs::read_dir(folders).into_iter().flatten().flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        let process = name.split('-').next().unwrap_or_default();
        if !is_kept() && !process.is_empty() && !Path::new("/proc").join(process).exists() {
            let _ = fs::remove_dir_all(folder.path());
        }
    }
}
