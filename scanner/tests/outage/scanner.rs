//! Runs the scanner as a process.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    authority::Authority,
    server::{EMAIL, EVENT, PASSWORD, Server},
};

/// The deadline of every step. It is longer than any step takes, even on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// The state file of one test.
pub(crate) struct State(TempDir);

impl State {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("state.json")
    }

    /// Returns the ids of the queued scans.
    pub(crate) fn queued(&self) -> Vec<String> {
        let state: Value = serde_json::from_slice(&fs::read(self.path()).unwrap()).unwrap();
        let queue = state["queue"].as_array().unwrap();
        let id = |scan: &Value| scan["scanId"].as_str().unwrap().to_owned();
        queue.iter().map(id).collect()
    }
}

fn command(server: &Server, state: &State) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanner"));
    command
        .args(["--api", &server.address, "--event", EVENT, "--gate", "A"])
        .arg("--state")
        .arg(state.path());
    command
}

/// A running scanner at gate A.
pub(crate) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    seen: Vec<String>,
    errors: String,
}

impl Running {
    pub(crate) fn start(server: &Server, state: &State, more: &[&str]) -> Self {
        Self::of(command(server, state).args(more))
    }

    /// Starts a scanner that trusts only the certificate of `authority`, and none of the machine's certificates.
    pub(crate) fn trusting(authority: &Authority, server: &Server, state: &State) -> Self {
        Self::of(command(server, state).env("SSL_CERT_FILE", authority.file()))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command
            .env_remove("EM_CONNECT_TOKEN")
            .env("EM_CONNECT_EMAIL", EMAIL)
            .env("EM_CONNECT_PASSWORD", PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        Self {
            input: child.stdin.take(),
            child,
            lines,
            seen: Vec::new(),
            errors: String::new(),
        }
    }

    pub(crate) fn scan(&mut self, shown: &str) {
        self.scan_bytes(shown.as_bytes());
    }

    pub(crate) fn scan_bytes(&mut self, shown: &[u8]) {
        let line: Vec<u8> = shown
            .iter()
            .copied()
            .filter(|byte| *byte != b'\n')
            .collect();
        let input = self.input.as_mut().unwrap();
        input.write_all(&[&line, &b"\n"[..]].concat()).unwrap();
    }

    /// Waits until the scanner prints a line that contains `text`, and skips the lines before it.
    pub(crate) fn expect(&mut self, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no line has {text:?}: {:#?} {}", self.seen, self.errors)
            };
            let found = line.contains(text);
            self.seen.push(line);
            if found {
                return;
            }
        }
    }

    /// Returns whether any line that the scanner has printed so far contains `text`.
    pub(crate) fn seen(&self, text: &str) -> bool {
        self.seen.iter().any(|line| line.contains(text))
    }

    /// Kills the scanner, like `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Closes the scanner's input, and waits for the exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        drop(self.input.take());
        let deadline = Instant::now() + DEADLINE;
        while let Ok(line) = self
            .lines
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            self.seen.push(line);
        }
        assert!(Instant::now() < deadline, "it goes on: {:#?}", self.seen);
        let mut errors = self.child.stderr.take().unwrap();
        errors.read_to_string(&mut self.errors).unwrap();
        self.child.wait().unwrap().code()
    }

    /// Returns the text on standard error. It is empty until the scanner has ended.
    pub(crate) fn errors(&self) -> &str {
        &self.errors
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
