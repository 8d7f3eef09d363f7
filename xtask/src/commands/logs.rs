//! `cargo xtask logs`

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;

use crate::cli::Logs;
use crate::clock::now_millis;
use crate::folder::Folder;
use crate::log_events::{self, Unseen};
use crate::problem::problem;
use crate::stack::Stack;
use crate::tools::Tools;

/// How far one look reaches back behind the last: entries are stored a little after they were made.
const OVERLAP_MILLIS: u64 = 5_000;

/// Runs the command.
pub(crate) fn run(options: &Logs) -> Result<()> {
    let folder = Folder::of(&options.stack.name);
    let stack = Stack::of(&folder)?;
    let functions = chosen(&stack.functions, options.function.as_deref())?;
    let aws = stack.aws(&Tools::installed()?, &folder);
    let back = u64::try_from(options.since.as_millis()).unwrap_or(u64::MAX);
    let mut since = now_millis().saturating_sub(back);
    let mut unseen = Unseen::default();
    loop {
        let next = now_millis().saturating_sub(OVERLAP_MILLIS);
        let mut events = Vec::new();
        for (name, lambda) in &functions {
            events.extend(log_events::since(&aws, name, lambda, since)?);
        }
        events.sort_by_key(|event| event.at);
        for event in unseen.of(events, next) {
            if options.platform || !event.is_platform() {
                println!("{event}");
            }
        }
        if !options.follow {
            return Ok(());
        }
        since = since.max(next);
        sleep(Duration::from_secs(1));
    }
}

/// The wanted function, or all of them.
pub(super) fn chosen(
    known: &BTreeMap<String, String>,
    wanted: Option<&str>,
) -> Result<Vec<(String, String)>> {
    let pair = |(name, lambda): (&String, &String)| (name.clone(), lambda.clone());
    let Some(wanted) = wanted else {
        return Ok(known.iter().map(pair).collect());
    };
    known
        .get_key_value(wanted)
        .map(|found| vec![pair(found)])
        .ok_or_else(|| {
            let names: Vec<_> = known.keys().map(String::as_str).collect();
            problem(
                format!("there is no function `{wanted}`"),
                format!("the functions are {}", names.join(", ")),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::render;

    #[test]
    fn an_unknown_function_is_answered_with_the_known_ones() {
        let known = BTreeMap::from([
            ("api".to_owned(), "s-api".to_owned()),
            ("relay".to_owned(), "s-relay".to_owned()),
        ]);
        assert_eq!(chosen(&known, None).unwrap().len(), 2);
        assert_eq!(
            chosen(&known, Some("api")).unwrap(),
            [("api".to_owned(), "s-api".to_owned())]
        );
        let text = render(&chosen(&known, Some("ap")).unwrap_err());
        assert!(text.contains("api, relay"), "{text}");
    }
}
