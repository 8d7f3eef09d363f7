//! The command `em-connect admin`.

use std::io::{IsTerminal as _, stdin};

use anyhow::{Context as _, bail};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Folder, Operation, Place, Report, control};
use crate::{operations::hash_password, settings::data_folder};

/// Arguments of `em-connect admin`.
#[derive(Debug, Args)]
pub(super) struct Admin {
    /// Mail address of the administrator
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    #[command(flatten)]
    place: Place,
}

impl Admin {
    pub(super) fn run(&self) -> anyhow::Result<Report> {
        let folder = Folder::at(data_folder(&self.place)?);
        let operation = Operation::Admin {
            email: self.email.clone(),
            password_hash: hash_password(&password()?)?,
        };
        control::run(folder, operation)
    }
}

/// Returns the password. A person at a terminal types it twice; otherwise, it is the first line of standard input.
fn password() -> anyhow::Result<SecretString> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin()
            .read_line(&mut line)
            .context("the password cannot be read from standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).into());
    }
    let ask = |prompt| rpassword::prompt_password(prompt).map(SecretString::from);
    let password = ask("Password: ")?;
    if ask("Again: ")?.expose_secret() != password.expose_secret() {
        bail!("the two passwords differ");
    }
    Ok(password)
}
