//! `.github/workflows`.

use std::fs;

use clap::Parser as _;
use serde_json::{Value, json};

use super::yaml;
use crate::cli::Cli;
use crate::folder::root;

const FOLDER: &str = ".github/workflows";

/// Name, text and content of every workflow.
fn workflows() -> Vec<(String, String, Value)> {
    let entries = fs::read_dir(root().join(FOLDER)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let read = |name: String| {
        let path = format!("{FOLDER}/{name}");
        let text = fs::read_to_string(root().join(&path)).unwrap();
        (name, text, yaml(path))
    };
    names.map(read).collect()
}

/// Actions that are not pinned by a commit, with the version that it is in a comment.
fn loose_actions(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(|line| line.trim().trim_start_matches("- "));
    let actions = lines.filter_map(|line| line.strip_prefix("uses: "));
    let is_pinned = |action: &&str| {
        let commit = action
            .split_once('@')
            .and_then(|(_, rest)| rest.split_once(" # v"));
        commit.is_some_and(|(commit, version)| {
            let is_hex = commit.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
            commit.len() == 40 && is_hex && version.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    let loose = actions.filter(|action| !is_pinned(action));
    loose.map(str::to_owned).collect()
}

#[test]
fn actions_are_pinned_by_their_commit() {
    for (name, text, _) in workflows() {
        assert_eq!(loose_actions(&text), [""; 0], "{name}");
    }
    let commit = "de0fac2e4500dabe0009e67214ff5f5447ce83dd";
    assert_eq!(
        loose_actions(&format!("- uses: a/b@{commit} # v6.0.2")),
        [""; 0]
    );
    for loose in [
        "a/b@v6",
        "a/b@main # v6.0.2",
        "a/b",
        &format!("a/b@{commit}"),
    ] {
        assert_eq!(loose_actions(&format!("      - uses: {loose}\n")), [loose]);
    }
}

/// What a workflow and its jobs must say.
fn faults(workflow: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if workflow["permissions"] != json!({"contents": "read"}) {
        faults.push("may more than read, in every job".to_owned());
    }
    if workflow["concurrency"]["group"].is_null() {
        faults.push("may run twice at a time".to_owned());
    }
    for (name, job) in workflow["jobs"].as_object().unwrap() {
        if !job["timeout-minutes"].is_u64() {
            faults.push(format!("{name} may take for ever"));
        }
        let runner = job["runs-on"].as_str().unwrap_or_default();
        if runner.ends_with("-latest") {
            faults.push(format!("{name}: {runner} changes"));
        }
        for step in job["steps"].as_array().unwrap() {
            let action = step["uses"].as_str().unwrap_or_default();
            let keeps = step["with"]["persist-credentials"] != json!(false);
            if action.starts_with("actions/checkout@") && keeps {
                faults.push(format!("{name} leaves its token in the checkout"));
            }
            // What comes from outside is passed as a variable: pasted into a script, it would be a part of it.
            if step["run"].as_str().is_some_and(|run| run.contains("${{")) {
                faults.push(format!("{name} pastes into {}", step["run"]));
            }
        }
    }
    faults
}

#[test]
fn workflows_may_little_and_end() {
    for (name, _, workflow) in workflows() {
        assert_eq!(faults(&workflow), [""; 0], "{name}");
    }
    for (pointer, value) in [
        ("/permissions", json!("write-all")),
        ("/concurrency", Value::Null),
        ("/jobs/package/timeout-minutes", Value::Null),
        ("/jobs/sbom/runs-on", json!("ubuntu-latest")),
        ("/jobs/sbom/steps/0/with", Value::Null),
        (
            "/jobs/sbom/steps/1/run",
            json!("echo ${{ github.head_ref }}"),
        ),
    ] {
        let mut workflow = yaml(format!("{FOLDER}/release.yml"));
        *workflow.pointer_mut(pointer).expect(pointer) = value;
        assert_ne!(faults(&workflow), [""; 0], "{pointer}");
    }
}

/// The commands of xtask that a script runs, with a value for each variable.
fn commands(script: &str) -> Vec<Vec<String>> {
    let value = |word: &str| match word.trim_matches('"') {
        "$STAGE" => "dev".to_owned(),
        "$REGION" => "eu-central-1".to_owned(),
        "$ARCHITECTURE" => "x86_64".to_owned(),
        "$ADMIN_EMAIL" => "ada@example.org".to_owned(),
        other => other.to_owned(),
    };
    let parts = script
        .lines()
        .filter_map(|line| line.split_once("cargo xtask"));
    let words = parts.map(|(_, rest)| rest.split_whitespace().map(value));
    words
        .map(|words| std::iter::once("xtask".to_owned()).chain(words).collect())
        .collect()
}

#[test]
fn commands_of_workflows_exist() {
    let mut count = 0;
    for (name, _, workflow) in workflows() {
        let jobs = workflow["jobs"].as_object().unwrap().values();
        let steps = jobs.filter_map(|job| job["steps"].as_array()).flatten();
        for script in steps.filter_map(|step| step["run"].as_str()) {
            for command in commands(script) {
                let parsed = Cli::try_parse_from(&command);
                assert!(parsed.is_ok(), "{name}: {command:?}: {parsed:?}");
                count += 1;
            }
        }
    }
    assert!(count >= 5, "{count}");
}
