//! Finds changes of the contract that break clients.
//!
//! `contract/accepted.json` has the parts that clients rely on: the document without its texts. A change may add to it. A
//! change that removes something is refused here, unless a decision record excuses it by name.

mod compare;
mod shape;
mod tests;

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::{Map, Value};

use super::generated;
use compare::Comparison;

/// The beginning of a line of a decision record that excuses a break; the break's name follows, in backticks.
const EXCUSE: &str = "Breaks clients: `";

/// The beginning of a line of a decision record that names a format or a pattern of requests which the service enforced before
/// the contract had it. Writing such a rule down breaks no client.
const ENFORCED: &str = "Enforced before: `";

/// Members that are only for people.
const WORDS: [&str; 7] = [
    "description",
    "summary",
    "example",
    "examples",
    "tags",
    "info",
    "servers",
];

/// `cargo xtask openapi` accepts additions, and the breaks that a decision excuses.
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

/// Returns the breaks for clients of `accepted`, each by its name. Formats and patterns of requests that are `enforced` and new
/// are none.
fn between(accepted: &Value, now: &Value, enforced: BTreeSet<String>) -> BTreeSet<String> {
    let mut comparison = Comparison::new(accepted, now, enforced);
    comparison.operations();
    comparison.into_breaks()
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Returns what lines of decision records name that begin with `prefix`.
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

/// Returns the part of `document` that clients rely on.
fn promises(document: &Value) -> Value {
    without_words(document, false)
}

fn without_words(value: &Value, are_names: bool) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(name, _)| are_names || !WORDS.contains(&name.as_str()));
            // Below `properties` a member is a field, which may well be called `description`.
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

/// Renders the document with a line for each operation and each component, so that a difference is easy to read.
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
