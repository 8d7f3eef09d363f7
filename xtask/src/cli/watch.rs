//! Arguments of `cargo xtask watch`.

use clap::{Args, ValueEnum};

use super::Named;

#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Id of the event, evt_…
    #[arg(value_parser = parse_event)]
    pub(crate) event: String,
    #[command(flatten)]
    pub(crate) stack: Named,
    /// Sign in, and also show check-ins [default: show only what is public]
    #[arg(long)]
    pub(crate) door: bool,
    /// Account of the stack that signs in with --door
    #[arg(
        long = "as",
        value_name = "ACCOUNT",
        value_enum,
        default_value_t = SignedIn::Organizer,
        requires = "door"
    )]
    pub(crate) signed_in: SignedIn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignedIn {
    /// The organizer, who sees the doors of the events that this account created
    Organizer,
    /// The administrator, who sees every door
    Admin,
}

/// Accepts a text that has the form of an event's id, so that it can be part of a URL's path. Only the API knows whether the
/// event exists.
fn parse_event(text: &str) -> Result<String, String> {
    let id = text.strip_prefix("evt_").unwrap_or_default();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("the id of an event is evt_ and letters and digits".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    fn parse(words: &str) -> Result<Watch, clap::Error> {
        let words = ["xtask", "watch"].into_iter().chain(words.split(' '));
        let Command::Watch(watch) = Cli::try_parse_from(words)?.command else {
            panic!("not the watch command")
        };
        Ok(watch)
    }

    #[test]
    fn nobody_signs_in_without_the_door() {
        let public = parse("evt_1 --stack mine").unwrap();
        assert!(!public.door);
        assert_eq!(public.stack.name.to_string(), "mine");
        assert_eq!(
            parse("evt_1 --door").unwrap().signed_in,
            SignedIn::Organizer
        );
        assert_eq!(
            parse("--door --as admin evt_1").unwrap().signed_in,
            SignedIn::Admin
        );
        assert!(parse("evt_1 --as admin").is_err());
    }

    #[test]
    fn only_an_id_is_taken_for_an_event() {
        for wrong in ["", "1", "evt_", "usr_1", "evt_1/cancel", "evt_?"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
