//! What the functions do.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use crate::aws::Aws;
use crate::emulator::Emulator;
use crate::function_processes;
use crate::stack::Stack;
use crate::table::aligned;

/// A line for each function.
pub(super) fn lines(aws: &Aws, stack: &Stack, emulator: Option<Emulator>) -> Result<Vec<String>> {
    let answer = aws.json(&["lambda", "list-functions"])?;
    let known = answer["Functions"].as_array();
    let known = known.map(Vec::as_slice).unwrap_or_default();
    let warm = emulator.and_then(|emulator| warm(emulator.pid));
    let rows: Vec<_> = stack
        .functions
        .iter()
        .map(|(name, lambda)| row(name, lambda, known, warm.as_ref()))
        .collect();
    Ok(aligned(&rows))
}

fn row(
    name: &str,
    lambda: &str,
    known: &[Value],
    warm: Option<&BTreeMap<String, usize>>,
) -> [String; 4] {
    let found = known
        .iter()
        .find(|function| function["FunctionName"] == lambda);
    let text = |key: &str| found.and_then(|function| function[key].as_str());
    let processes = |warm: &BTreeMap<String, usize>| match warm.get(lambda) {
        None => "cold".to_owned(),
        Some(1) => "warm".to_owned(),
        Some(count) => format!("warm, {count} processes"),
    };
    [
        name.to_owned(),
        text("State").unwrap_or("missing").to_owned(),
        warm.map(processes).unwrap_or_default(),
        text("LastModified")
            .map(|at| format!("deployed at {at}"))
            .unwrap_or_default(),
    ]
}

/// Processes of each function, by its name on Lambda, in a process group; `None` where the machine does not tell.
fn warm(group: u32) -> Option<BTreeMap<String, usize>> {
    let mut warm = BTreeMap::new();
    for process in function_processes::of_group(group)? {
        *warm.entry(process.lambda).or_default() += 1;
    }
    Some(warm)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_function_is_warm_cold_or_missing() {
        let known =
            [json!({"FunctionName": "s-api", "State": "Active", "LastModified": "2026-11-23"})];
        let warm = BTreeMap::from([("s-api".to_owned(), 2)]);
        let shown = |name, lambda, warm| row(name, lambda, &known, warm);
        assert_eq!(
            shown("api", "s-api", Some(&warm)),
            [
                "api",
                "Active",
                "warm, 2 processes",
                "deployed at 2026-11-23"
            ]
        );
        assert_eq!(shown("api", "s-api", None)[2], "");
        assert_eq!(
            shown("relay", "s-relay", Some(&warm)),
            ["relay", "missing", "cold", ""]
        );
    }
}
