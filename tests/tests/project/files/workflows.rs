//! Rules for the workflows in `.github/workflows`.

use std::fs;

use serde_json::{Value, json};

use super::yaml;
use tests::project_folder;

const FOLDER: &str = ".github/workflows";

/// Returns the name, the text and the parsed content of every workflow.
fn workflows() -> Vec<(String, String, Value)> {
    let entries = fs::read_dir(project_folder().join(FOLDER)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let read = |name: String| {
        let path = format!("{FOLDER}/{name}");
        let text = fs::read_to_string(project_folder().join(&path)).unwrap();
        (name, text, yaml(path))
    };
    names.map(read).collect()
}

/// Returns the actions that are not pinned. A pinned action names a commit, followed by a comment with the action's version.
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

/// Returns the faults of a workflow and of its jobs.
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
            // A script must get values as environment variables. If an expression `${{ … }}` inserted a stranger's text, such
            // as a title, into the script, the shell would execute that text.
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
