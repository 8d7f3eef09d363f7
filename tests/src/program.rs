//! Programs that tests run beside em-connect, their output and their exit status.

use std::fmt;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{PATIENCE, eventually};

/// A running program. It is killed when this value is dropped.
///
/// The program writes its output into files without a name, so it never has to wait until a test reads the output.
#[derive(Debug)]
pub struct Running {
    child: Child,
    command: String,
    stdout: File,
    stderr: File,
}

/// The result of a program that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The exit status; `None` if a signal ended the program.
    pub code: Option<i32>,
    /// The text that the program wrote to standard output.
    pub stdout: String,
    /// The text that the program wrote to standard error.
    pub stderr: String,
    command: String,
}

/// Runs a program until it ends. Panics if it still runs after `deadline`.
pub async fn run(command: &mut Command, deadline: Duration) -> Ended {
    Running::start(command).end(deadline).await
}

impl Running {
    /// Starts a program.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let (stdout, stderr) = (nameless_file(), nameless_file());
        let described = format!("{command:?}");
        command.stdin(Stdio::null());
        command.stdout(writer(&stdout)).stderr(writer(&stderr));
        match command.spawn() {
            Ok(child) => Self {
                child,
                command: described,
                stdout,
                stderr,
            },
            Err(error) => panic!("{described} did not start: {error}"),
        }
    }

    /// Waits until `holds` returns true for the program's standard output.
    pub async fn printed(&mut self, holds: impl Fn(&str) -> bool) {
        eventually(PATIENCE, async || {
            let text = text_of(&mut self.stdout);
            if holds(&text) {
                return Ok(());
            }
            let complaints = text_of(&mut self.stderr);
            Err(format!(
                "{} printed {text:?} and {complaints:?}",
                self.command
            ))
        })
        .await;
    }

    /// Waits until the program ends. Panics if it still runs after `deadline`.
    pub async fn end(mut self, deadline: Duration) -> Ended {
        let code = eventually(deadline, async || match self.child.try_wait() {
            Ok(Some(status)) => Ok(status.code()),
            Ok(None) => {
                let (said, complaints) = (text_of(&mut self.stdout), text_of(&mut self.stderr));
                Err(format!("{} still runs\n{said}\n{complaints}", self.command))
            }
            Err(error) => panic!("{}: {error}", self.command),
        })
        .await;
        Ended {
            code,
            stdout: text_of(&mut self.stdout),
            stderr: text_of(&mut self.stderr),
            command: std::mem::take(&mut self.command),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error is ignored, because the program may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Returns the program's standard output if it succeeded. Otherwise panics with all of its output.
    #[track_caller]
    pub fn expect_success(self) -> String {
        assert!(self.code == Some(0), "{self}");
        self.stdout
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
            command,
        } = self;
        write!(f, "{command} ended with {code:?}\n{stdout}\n{stderr}")
    }
}

#[track_caller]
fn nameless_file() -> File {
    let path = std::env::temp_dir().join(format!("em-connect-{}", crate::unique()));
    let file = File::options()
        .read(true)
        .append(true)
        .create_new(true)
        .open(&path);
    match file.and_then(|file| std::fs::remove_file(&path).map(|()| file)) {
        Ok(file) => file,
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

#[track_caller]
fn writer(file: &File) -> Stdio {
    match file.try_clone() {
        Ok(file) => file.into(),
        Err(error) => panic!("{error}"),
    }
}

fn text_of(file: &mut File) -> String {
    let mut bytes = Vec::new();
    if let Err(error) = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| file.read_to_end(&mut bytes))
    {
        panic!("{error}");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
