//! What the functions do.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;
use serde_json::Value;

use super::table::aligned;
use crate::aws::Aws;
use crate::emulator::Emulator;
use crate::stack::Stack;

/// Functions are plain processes of the emulator, which tells each its name by this variable, as Lambda does.
const NAME: &str = "AWS_LAMBDA_FUNCTION_NAME=";

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
    for process in fs::read_dir("/proc").ok()?.flatten() {
        let path = process.path();
        let is_ours =
            fs::read_to_string(path.join("stat")).is_ok_and(|stat| group_of(&stat) == Some(group));
        if !is_ours {
            continue;
        }
        // A process that ends meanwhile has none.
        let environment = fs::read(path.join("environ")).unwrap_or_default();
        if let Some(name) = name_in(&environment) {
            *warm.entry(name).or_default() += 1;
        }
    }
    Some(warm)
}

/// The process group in a process's `stat` (proc(5)): the third field after its name, which may have any character.
fn group_of(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(2)?.parse().ok()
}

fn name_in(environment: &[u8]) -> Option<String> {
    let variable = environment
        .split(|byte| *byte == 0)
        .find_map(|variable| variable.strip_prefix(NAME.as_bytes()))?;
    Some(String::from_utf8_lossy(variable).into_owned())
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

    #[test]
    fn a_process_is_known_by_its_group_and_its_environment() {
        assert_eq!(group_of("7 (a) b) S 1 4242 4242 0"), Some(4242));
        assert_eq!(group_of("7 (a"), None);
        let environment = b"PATH=/bin\0AWS_LAMBDA_FUNCTION_NAME=s-api\0HOME=/\0";
        assert_eq!(name_in(environment).as_deref(), Some("s-api"));
        assert_eq!(name_in(b"PATH=/bin\0"), None);
    }
}
