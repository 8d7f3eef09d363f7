//! The process of a server: starting it, sending it requests, and ending it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::Value;

use crate::PATIENCE;
use crate::inside::{Reply, Request};

/// The text in front of the URL in the line that the program prints when it accepts requests.
const READY: &str = "listening on ";

/// The process of a running server. Dropping this value kills the server.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    requests: ChildStdin,
    lines: Receiver<String>,
    url: String,
}

impl Process {
    /// Starts the program, and waits until it listens for requests.
    pub(super) fn start(command: &mut Command) -> Result<Self, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let (Some(requests), Some(printed)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{command:?} has no pipes"));
        };
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(printed).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut process = Self {
            child,
            requests,
            lines,
            url: String::new(),
        };
        process.url = process
            .find(|line| Some(line.strip_prefix(READY)?.trim().to_owned()))
            .map_err(|error| format!("{command:?} did not start: {error}"))?;
        Ok(process)
    }

    /// Returns the URL at which the server listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Sends a request to the process, and returns its answer.
    pub(super) fn ask(&mut self, request: &Request) -> Result<Value, String> {
        let line = serde_json::to_string(request).map_err(|error| error.to_string())?;
        writeln!(self.requests, "{line}").map_err(|error| error.to_string())?;
        self.find(|line| serde_json::from_str::<Reply>(line).ok())?
    }

    /// Reads lines that the process prints until `is_one` returns a value for a line, and returns that value.
    fn find<T>(&self, is_one: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        loop {
            let line = self
                .lines
                .recv_timeout(PATIENCE)
                .map_err(|error| format!("it printed nothing: {error}"))?;
            if let Some(found) = is_one(&line) {
                return Ok(found);
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a program until it ends. The program gets one line on its standard input.
pub(super) fn run(command: &mut Command, line: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.stderr(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{line}").map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let complaints = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{command:?} ended with {}: {complaints}",
        output.status
    ))
}
