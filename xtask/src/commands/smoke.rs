//! `cargo xtask smoke`

use anyhow::Result;

use crate::cli::deploy::Smoke;
use crate::credentials::Account;
use crate::destination::Destination;
use crate::smoke::{self, Site};
use crate::tools::Tools;
use crate::{cloudformation, password};

/// Runs the command.
pub(crate) fn run(options: &Smoke) -> Result<()> {
    let named = match &options.admin_email {
        Some(email) => Some(Account {
            email: email.clone(),
            password: password::read(&format!("password of {email}"))?,
        }),
        None => None,
    };
    let destination = Destination::of(&options.place, None, &Tools::install()?)?;
    destination.require_stack()?;
    let outputs = cloudformation::outputs(&destination.aws, &destination.stack)?;
    let organizer = named.as_ref().or(destination.administrator());
    let not_tried = smoke::run(&Site::of(&destination, &outputs, organizer)?)?;
    println!("\n{} does what it should", destination.stack);
    for what in not_tried {
        println!("  not tried: {what}");
    }
    Ok(())
}
