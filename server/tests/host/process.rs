//! Starts and stops processes of the program.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::client::Client;

/// The longest time that a test waits for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Calls `look` until it returns a value, and returns this value. Panics if no value comes within [`PATIENCE`].
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Returns a command that runs the program, without settings from the environment.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_em-connect"));
    for (name, _) in std::env::vars() {
        if name.starts_with("EM_CONNECT_") {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

/// A temporary folder for one test, which contains the data folder. It is deleted after the test.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Runs a command on the data folder, with `input` on its standard input.
    pub(crate) fn command(&self, arguments: &[&str], input: &str) -> Output {
        let data = self.data();
        let mut all = arguments.to_vec();
        all.extend(["--data", data.to_str().unwrap()]);
        let mut command = program(&all);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        // A command that does not read its input may have ended already, so an error is ignored.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs a command that must succeed, and returns its output.
    pub(crate) fn says(&self, arguments: &[&str], input: &str) -> String {
        let output = self.command(arguments, input);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Returns the mails in the data folder that contain `text`.
    pub(crate) fn mails(&self, text: &str) -> Vec<String> {
        let files = fs::read_dir(self.data().join("mail")).into_iter().flatten();
        let files = files.map(|file| file.unwrap().path());
        let whole = files.filter(|path| path.extension().is_some_and(|end| end == "eml"));
        let mails = whole.map(|path| fs::read_to_string(path).unwrap());
        mails.filter(|mail| mail.contains(text)).collect()
    }
}

/// A running server. It is killed when the test ends.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    log: PathBuf,
}

impl Server {
    /// Starts a server on a data folder, and waits until the server answers.
    pub(crate) fn start(home: &Home) -> Self {
        Self::start_with(home, &[])
    }

    pub(crate) fn start_with(home: &Home, settings: &[&str]) -> Self {
        let data = home.data();
        let mut arguments = vec!["serve", "--listen", "127.0.0.1:0", "--data"];
        arguments.push(data.to_str().unwrap());
        arguments.extend(settings);
        let log = home.path("log");
        let file = fs::File::options().append(true).create(true).open(&log);
        let mut command = program(&arguments);
        command.stdout(Stdio::piped()).stderr(file.unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ");
        let Some(url) = url.map(str::to_owned) else {
            panic!("{line:?}\n{}", fs::read_to_string(&log).unwrap());
        };
        Self { child, url, log }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url)
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Returns `None` while the process runs. After its end, returns the exit code, which is `None` if the process was killed.
    #[expect(clippy::option_option, reason = "runs, was killed, or ended by itself")]
    pub(crate) fn ended(&mut self) -> Option<Option<i32>> {
        let status = self.child.try_wait().unwrap();
        status.map(|status| status.code())
    }

    /// Waits until the process ends. Returns its exit code; `None` if it was killed.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        eventually("the end of the process", || self.ended())
    }

    /// Stops the server with the signal that a supervisor sends.
    pub(crate) fn stop(self) {
        self.signal(Signal::TERM);
        self.stopped();
    }

    /// Waits until a server that got a signal has stopped, and asserts that its exit code is 0.
    pub(crate) fn stopped(mut self) {
        assert_eq!(self.wait(), Some(0), "{}", self.log());
    }

    /// Kills the server, to simulate a crash.
    pub(crate) fn kill(mut self) {
        self.signal(Signal::KILL);
        assert_eq!(self.wait(), None);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the content of a file.
pub(crate) fn read(path: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(path);
    file.unwrap().read_to_string(&mut text).unwrap();
    text
}
