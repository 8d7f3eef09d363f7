//! The changes since an earlier run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use serde_json::Value;

use super::figures::text;
use super::report::Report;

/// Fields that are counted: they say the same whenever the code does the same, up to how batches happened to form.
const COUNTED: [&str; 5] = [
    "calls",
    "readUnits",
    "writeUnits",
    "invocations",
    "answerBytes",
];
/// Fields of how a run was made, not of what it found.
const LEFT_OUT: [&str; 5] = ["done", "times", "load", "answers", "told"];
/// A counted figure has changed if it differs by more.
const SAME: f64 = 0.005;
/// A measured one, by more than this share: less is noise on any machine.
const NOISE: f64 = 0.15;

/// A line for each figure that has changed, the counted ones first.
pub(super) fn compare(before: &Report, after: &Report) -> Result<String> {
    let (before, after) = (flat(before)?, flat(after)?);
    let mut counted = String::new();
    let mut measured = String::new();
    for (name, new) in &after {
        let old = before.get(name).copied();
        let is_counted =
            name.split('/').any(|part| COUNTED.contains(&part)) && !name.starts_with("rates/");
        if is_counted && old.is_none_or(|old| (new - old).abs() > SAME) {
            let _ = writeln!(counted, "  {}", changed(name, old, *new));
        } else if !is_counted && old.is_some_and(|old| (new - old).abs() > NOISE * old.abs()) {
            let _ = writeln!(measured, "  {}", changed(name, old, *new));
        }
    }
    for (name, old) in &before {
        if !after.contains_key(name) {
            let _ = writeln!(counted, "  {name}: {} → none", text(*old));
        }
    }
    let or_none = |lines: String| {
        if lines.is_empty() {
            "  nothing\n".to_owned()
        } else {
            lines
        }
    };
    Ok(format!(
        "counted, changed (batches form as they happen to: a share of a call may differ by itself):\n{}\
         measured, changed by more than {:.0} % (noisy):\n{}",
        or_none(counted),
        NOISE * 100.0,
        or_none(measured)
    ))
}

fn changed(name: &str, old: Option<f64>, new: f64) -> String {
    match old {
        None => format!("{name}: none → {}", text(new)),
        Some(0.0) => format!("{name}: 0 → {}", text(new)),
        Some(old) => {
            let share = (new / old - 1.0) * 100.0;
            format!("{name}: {} → {} ({share:+.0} %)", text(old), text(new))
        }
    }
}

/// Every number by the names on the way to it.
fn flat(report: &Report) -> Result<BTreeMap<String, f64>> {
    let mut numbers = BTreeMap::new();
    add("", &serde_json::to_value(report)?, &mut numbers);
    Ok(numbers)
}

fn add(path: &str, value: &Value, numbers: &mut BTreeMap<String, f64>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}/{name}")
        }
    };
    match value {
        Value::Number(number) => {
            numbers.extend(number.as_f64().map(|number| (path.to_owned(), number)));
        }
        Value::Object(members) => {
            for (name, value) in members {
                if !LEFT_OUT.contains(&name.as_str()) {
                    add(&below(name), value, numbers);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                let name = ["name", "connections", "seats", "events"]
                    .iter()
                    .filter_map(|field| match &item[*field] {
                        Value::String(text) => Some(text.clone()),
                        Value::Number(number) => Some(format!("{number} {field}")),
                        _ => None,
                    });
                add(&below(&name.collect::<Vec<_>>().join(", ")), item, numbers);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::report::{Cost, Operation, Share};

    fn report(writes: f64, cpu_ms: f64) -> Report {
        let share = Share {
            write_units: writes,
            cpu_ms,
            ..Share::default()
        };
        let cost = Cost {
            by_function: [("api".to_owned(), share)].into(),
            ..Cost::default()
        };
        let operation = Operation {
            name: "registration".to_owned(),
            times: 1,
            cost,
        };
        Report {
            operations: vec![operation],
            ..Report::default()
        }
    }

    #[test]
    fn what_is_counted_is_told_exactly_and_noise_is_not_told() {
        let told = compare(&report(2.0, 1.0), &report(2.0, 1.1)).unwrap();
        assert_eq!(told.matches("  nothing\n").count(), 2, "{told}");
        let told = compare(&report(2.0, 1.0), &report(3.0, 2.0)).unwrap();
        let name = "operations/registration/cost/byFunction/api";
        assert!(
            told.contains(&format!("  {name}/writeUnits: 2 → 3 (+50 %)\n")),
            "{told}"
        );
        assert!(
            told.contains(&format!("  {name}/cpuMs: 1 → 2 (+100 %)\n")),
            "{told}"
        );
        assert!(told.find("writeUnits") < told.find("measured"), "{told}");
    }
}
