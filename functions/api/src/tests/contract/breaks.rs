//! Finds changes of the contract that break clients.
//!
//! `contract/accepted.json` contains the parts of the contract that clients rely on, which is the document without its texts. A
//! change may add to these parts. If a change removes a part, this test fails, unless a decision record names the break as an
//! exception.

mod compare;
mod shape;
mod tests;

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::{Map, Value};

use super::generated;
use compare::Comparison;

/// The start of a line in a decision record that allows a break. The name of the break follows in backticks.
const EXCUSE: &str = "Breaks clients: `";

/// The start of a line in a decision record that names a format or a pattern of requests. The service enforced the format or
/// pattern before the contract stated it, so adding it to the contract breaks no client.
const ENFORCED: &str = "Enforced before: `";

/// The members of the document that are texts for people.
const WORDS: [&str; 7] = [
    "description",
    "summary",
    "example",
    "examples",
    "tags",
    "info",
    "servers",
];

/// Fails if a change of the contract breaks clients. `cargo xtask openapi` accepts additions, and breaks that a decision record
/// allows.
#[test]
fn changes_of_openapi_break_no_client() {
    let now = promises(&serde_json::to_value(generated()).unwrap());
    let file = root().join("contract/accepted.json");
    let text = fs::read_to_string(&file).unwrap();
    let accepted: Value = serde_json::from_str(&text).unwrap();
    let excused = named(EXCUSE);
    let breaks = between(&accepted, &now, named(ENFORCED));
    let breaks: Vec<_> = breaks.difference(&excused).cloned().collect();
    assert!(
        breaks.is_empty(),
        "these changes break clients:\n\n{}\n\nkeep what was there; or say why not in a record of docs/decisions, with the \
         line {EXCUSE}…` for each",
        breaks.join("\n")
    );
    let renewed = lines(&now);
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&file, &renewed).unwrap();
        return;
    }
    assert!(
        renewed == text,
        "contract/accepted.json lacks what was added: run `cargo xtask openapi` and commit it"
    );
}

/// Returns the names of the changes from `accepted` to `now` that break clients. A new format or pattern of requests is no
/// break if `enforced` contains it.
fn between(accepted: &Value, now: &Value, enforced: BTreeSet<String>) -> BTreeSet<String> {
    let mut comparison = Comparison::new(accepted, now, enforced);
    comparison.operations();
    comparison.into_breaks()
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Returns the names in all lines of decision records that begin with `prefix`.
fn named(prefix: &str) -> BTreeSet<String> {
    let folder = fs::read_dir(root().join("docs/decisions")).unwrap();
    let mut all = BTreeSet::new();
    for entry in folder {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let names = text.lines().filter_map(|line| line.strip_prefix(prefix));
        all.extend(names.filter_map(|name| Some(name.rsplit_once('`')?.0.to_owned())));
    }
    all
}

/// Returns the part of `document` that clients rely on, which is the document without its texts.
fn promises(document: &Value) -> Value {
    without_words(document, false)
}

fn without_words(value: &Value, are_names: bool) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(name, _)| are_names || !WORDS.contains(&name.as_str()));
            // Members of `properties` are fields, and the name of a field may be one of `WORDS`, such as `description`. So all
            // fields are kept.
            let kept = kept.map(|(name, member)| {
                let are_names = matches!(name.as_str(), "properties" | "schemas") && !are_names;
                (name.clone(), without_words(member, are_names))
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Array(items) => items
            .iter()
            .map(|item| without_words(item, false))
            .collect(),
        plain => plain.clone(),
    }
}

/// Writes the document as text with one line for each operation and each component, so that a diff is easy to read.
fn lines(document: &Value) -> String {
    let mut text = Vec::new();
    for (name, section) in document.as_object().into_iter().flatten() {
        let Some(groups) = section.as_object() else {
            text.push(format!("{name:?}: {section}"));
            continue;
        };
        let groups = groups.iter().map(|(name, group)| {
            let entries = group.as_object().into_iter().flatten();
            let entries: Vec<_> = entries
                .map(|(name, entry)| format!("{name:?}: {entry}"))
                .collect();
            format!("{name:?}: {{\n{}\n}}", entries.join(",\n"))
        });
        text.push(format!(
            "{name:?}: {{\n{}\n}}",
            groups.collect::<Vec<_>>().join(",\n")
        ));
    }
    format!("{{\n{}\n}}\n", text.join(",\n"))
}
