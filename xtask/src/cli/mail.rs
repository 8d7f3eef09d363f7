//! Arguments of `cargo xtask mail`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Named;

#[derive(Debug, Args)]
pub(crate) struct Mail {
    #[command(subcommand)]
    pub(crate) command: Option<MailCommand>,
    #[command(flatten)]
    pub(crate) stack: Named,
    /// Only mails to that address [default: all]
    #[arg(long, value_name = "ADDRESS", global = true)]
    pub(crate) to: Option<String>,
    /// Print JSON, for scripts [default: lines, for people]
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// How many to list, the newest of them
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// Show one mail: its headers and its text, decoded, and which parts it has
    Show(ShowMail),
}

#[derive(Debug, Args)]
pub(crate) struct ShowMail {
    /// Number as the list shows it, name or path of a file, or `last`, the newest (to the address of --to)
    #[arg(default_value = "last")]
    pub(crate) which: String,
    /// Print the HTML part, and nothing else
    #[arg(long)]
    pub(crate) html: bool,
    /// Write the attachments into that folder; no file is overwritten [default: they are only named]
    #[arg(long, value_name = "DIR")]
    pub(crate) save: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::cli::{Cli, Command};

    #[test]
    fn stack_and_address_may_stand_before_and_after_show() {
        for words in [
            "--stack mine --to ada@example.org show 3",
            "show 3 --name mine --to ada@example.org",
        ] {
            let words = ["xtask", "mail"].into_iter().chain(words.split(' '));
            let Command::Mail(mail) = Cli::try_parse_from(words).unwrap().command else {
                panic!("not the mail command")
            };
            assert_eq!(mail.stack.name.to_string(), "mine");
            assert_eq!(mail.to.as_deref(), Some("ada@example.org"));
        }
    }
}
