//! A password that a person types or pipes in.

use std::io::{BufRead as _, IsTerminal as _, stdin};

use anyhow::{Context as _, Result};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::problem::problem;

/// Reads one line; a terminal does not show it. The limits are those of the api function.
pub(crate) fn read(prompt: &str) -> Result<String> {
    let stdin = stdin();
    let mut line = String::new();
    if stdin.is_terminal() {
        eprint!("{prompt}: ");
        let shown = tcgetattr(&stdin).context("reading the terminal's settings")?;
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(&stdin, OptionalActions::Now, &hidden).context("hiding the password")?;
        let result = stdin.lock().read_line(&mut line);
        tcsetattr(&stdin, OptionalActions::Now, &shown).context("restoring the terminal")?;
        eprintln!();
        result.context("reading the password")?;
    } else {
        stdin
            .lock()
            .read_line(&mut line)
            .context("reading the password")?;
    }
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if !(10..=128).contains(&password.chars().count()) {
        return Err(problem(
            "a password has 10 to 128 characters",
            "pass it as one line on standard input",
        ));
    }
    Ok(password)
}
