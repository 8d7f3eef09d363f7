//! What the black-box tests left behind: logs in which nobody is, metrics with no more dimensions than they should have,
//! processes that have not grown.
//!
//! It comes after all of them, and counts as tests do.

mod memory;
mod metrics;
mod private;

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use self::private::Private;
use super::results::Counts;
use crate::folder::Folder;
use crate::function_processes::FunctionProcess;
use crate::log_events::{self, LogEvent};
use crate::stack::Stack;
use crate::tools::Tools;

/// Faults, and how many entries have each.
pub(super) type Faults = BTreeMap<String, usize>;

/// Looks at all logs and processes of the stack, and says what it found as a test binary does; whether all is well.
pub(super) fn check(folder: &Folder, stack: &Stack, counts: &mut Counts) -> bool {
    println!(
        "     Running over what {} has left behind",
        folder.stack_name()
    );
    let outcome = read(folder, stack).map(|(events, private, processes)| {
        println!(
            "\nrunning 3 tests over {} log entries, {private}, {} processes",
            events.len(),
            processes.len()
        );
        [
            ("logs::nobody_is_in_them", private.faults_of(&events)),
            (
                "logs::metrics_are_those_of_the_page_and_bounded",
                metrics::faults_of(&events),
            ),
            (
                "processes::use_half_of_their_memory_at_most",
                memory::faults_of(&processes),
            ),
        ]
    });
    let tests = match outcome {
        Ok(tests) => tests.to_vec(),
        // What cannot be looked at was not found to be well.
        Err(error) => vec![(
            "what_is_left_behind_can_be_read",
            Faults::from([(format!("{error:#}"), 1)]),
        )],
    };
    tell(&tests, counts)
}

/// Prints tests as a test binary does, and counts them; whether none failed.
pub(super) fn tell(tests: &[(&str, Faults)], counts: &mut Counts) -> bool {
    let failed = tests
        .iter()
        .filter(|(_, faults)| !faults.is_empty())
        .count();
    for (name, faults) in tests {
        println!(
            "test {name} ... {}",
            if faults.is_empty() { "ok" } else { "FAILED" }
        );
        for (fault, times) in faults {
            println!("    {fault} ({times} times)");
        }
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let line = format!(
        "test result: {word}. {} passed; {failed} failed",
        tests.len() - failed
    );
    println!("\n{line}\n");
    counts.add_line(&line);
    failed == 0
}

fn read(folder: &Folder, stack: &Stack) -> Result<(Vec<LogEvent>, Private, Vec<FunctionProcess>)> {
    let processes = memory::processes(stack)?;
    let private = Private::read(folder, stack)?;
    let aws = stack.aws(&Tools::installed()?, folder);
    let mut events = Vec::new();
    for (name, lambda) in &stack.functions {
        let of_function = log_events::all(&aws, name, lambda)?;
        ensure!(!of_function.is_empty(), "{name} has logged nothing");
        events.extend(of_function);
    }
    Ok((events, private, processes))
}

/// The name of what happened: an entry's `message`, `metrics`, or what is no entry of ours.
fn event_name(event: &LogEvent) -> String {
    let entry: serde_json::Value = serde_json::from_str(&event.message).unwrap_or_default();
    let name = match entry["message"].as_str() {
        Some(name) => name,
        None if entry["_aws"].is_object() => "metrics",
        None => "a line that is no entry",
    };
    format!("{}: {name}", event.function)
}
