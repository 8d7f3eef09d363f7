//! Reads a password that the user types or pipes in.

use std::io::{IsTerminal as _, stdin};

use anyhow::{Context as _, Result};
use domain::accounts::password::Password;
use secrecy::ExposeSecret as _;

use crate::problem::problem;

/// Reads one line, and normalizes and checks it as the api function does. A terminal does not show the line.
pub(crate) fn read(prompt: &str) -> Result<String> {
    let typed = if stdin().is_terminal() {
        rpassword::prompt_password(format!("{prompt}: "))
    } else {
        let mut line = String::new();
        stdin().read_line(&mut line).map(|_| line)
    };
    let typed = typed.context("reading the password")?;
    parse(typed.trim_end_matches(['\r', '\n']))
}

/// Checks the typed password, and returns it in the form that is hashed.
fn parse(typed: &str) -> Result<String> {
    let password = Password::parse(&typed.to_owned().into()).map_err(|error| {
        let what = format!("the password {error}");
        problem(&what, "pass it as one line on standard input")
    })?;
    Ok(password.into_secret().expose_secret().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_prepared_as_the_api_does_it() {
        assert_eq!(parse("cafe\u{301}\u{a0}au lait").unwrap(), "café au lait");
        let error = parse("too short").unwrap_err().to_string();
        assert!(
            error.contains("the password must have 10 to 128 characters"),
            "{error}"
        );
    }
}
