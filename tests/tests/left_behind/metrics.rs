//! Checks of the log lines with metrics. Each combination of dimension values is a metric that costs money, so the number of
//! combinations must be limited.

use std::collections::{BTreeMap, BTreeSet};

use domain::mail::kind::MailKind;
use serde_json::{Value, json};

use super::Faults;
use super::log::{Entry, entries_with};

/// The dimensions that a metric may have besides `Stage`.
const DIMENSIONS: [&str; 3] = ["Kind", "Outcome", "Result"];
/// Maximum number of values of each dimension except `Stage` and `Kind`.
const MOST_VALUES: usize = 12;
/// The value of `Kind` for a mail whose key has no [`MailKind`].
const UNLISTED: &str = "other";

/// Returns the faults that these checks find in the metrics of log entries.
pub(super) fn faults_of(events: &[Entry]) -> Faults {
    let mut faults = Faults::new();
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut lines = 0_usize;
    let mut note = |fault: String| *faults.entry(fault).or_default() += 1;
    for event in events {
        let line: Value = serde_json::from_str(&event.message).unwrap_or_default();
        let Some(directives) = line["_aws"]["CloudWatchMetrics"].as_array() else {
            continue;
        };
        lines += 1;
        let sets = directives
            .iter()
            .filter_map(|of| of["Dimensions"].as_array());
        let names = sets.flatten().filter_map(Value::as_array).flatten();
        let names: BTreeSet<&str> = names.filter_map(Value::as_str).collect();
        for name in names {
            let value = line[name].as_str().unwrap_or_default();
            if value.is_empty() || value == UNLISTED {
                note(format!("{}: {name} is {value:?}", event.name()));
            }
            if name != "Stage" && !DIMENSIONS.contains(&name) {
                note(format!("{}: has the dimension {name}", event.name()));
            }
            values
                .entry(name.to_owned())
                .or_default()
                .insert(value.to_owned());
        }
    }
    for (name, values) in &values {
        let most = match name.as_str() {
            "Stage" => 1,
            "Kind" => MailKind::ALL.len(),
            _ => MOST_VALUES,
        };
        if values.len() > most {
            note(format!("{name} has {} values: {values:?}", values.len()));
        }
    }
    if lines == 0 {
        note("there are no metrics".to_owned());
    }
    faults
}

fn line(dimension: &str, value: &str) -> String {
    let directive =
        json!({"Namespace": "em-connect", "Dimensions": [["Stage", dimension]], "Metrics": []});
    json!({"_aws": {"CloudWatchMetrics": [directive]}, "Stage": "test", dimension: value})
        .to_string()
}

fn found(lines: &[String]) -> Vec<String> {
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    faults_of(&entries_with("api", &lines))
        .into_keys()
        .collect()
}

#[test]
fn dimensions_and_their_values_are_few() {
    assert!(found(&[line("Kind", "welcome"), line("Kind", "ticket")]).is_empty());
    assert_eq!(
        found(&[line("User", "usr_1")]),
        ["api: metrics: has the dimension User"]
    );
    assert_eq!(
        found(&[line("Kind", "other")]),
        ["api: metrics: Kind is \"other\""]
    );
    assert_eq!(found(&[line("Kind", "")]), ["api: metrics: Kind is \"\""]);
    let many: Vec<String> = (0..20).map(|no| line("Result", &no.to_string())).collect();
    assert!(found(&many)[0].starts_with("Result has 20 values"));
}

#[test]
fn no_metrics_at_all_are_not_well() {
    assert_eq!(
        found(&[r#"{"message":"request"}"#.to_owned()]),
        ["there are no metrics"]
    );
}
