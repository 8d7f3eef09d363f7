//! Security checks by checkov, and the exceptions in .checkov.yaml.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::aws::LOCAL_REGION;
use crate::folder::{root, target};
use crate::problem::problem;
use crate::process::output;
use crate::tools::Tools;

const EXCEPTIONS: &str = include_str!("../../../../.checkov.yaml");
/// SAM's translator.
const TRANSLATE: &str = include_str!("../../../translate.py");
const FILE: &str = ".checkov.yaml";

/// Checks the template after SAM's translation, with gradual deployment, which gives the most resources.
///
/// # Errors
/// A check fails that is not an exception, or an exception is not needed.
pub(super) fn run(tools: &Tools, checkov: &Tools) -> Result<()> {
    let template = fs::read_to_string(root().join("template.yaml"))?;
    let mut translate = Command::new(tools.program("python"));
    translate.args(["-c", TRANSLATE, &template, "Canary10Percent10Minutes"]);
    let translated = output(translate.env("AWS_DEFAULT_REGION", LOCAL_REGION))?;
    let [translated]: [Value; 1] =
        serde_json::from_str(&translated).context("reading the translated template")?;
    // In a separate folder: in the root of the checkout checkov would use the exceptions, and not report which are needed.
    let folder = target().join("template");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let file = folder.join("template.json");
    fs::write(&file, translated.to_string())
        .with_context(|| format!("writing {}", file.display()))?;
    let mut check = Command::new(checkov.program("checkov"));
    check.args(["--framework", "cloudformation", "--file", "template.json"]);
    // checkov reads nothing but the template, and downloads nothing.
    check.args(["--output", "json", "--soft-fail", "--skip-download"]);
    let report = output(check.current_dir(&folder))?;
    let report = serde_json::from_str(&report).context("reading what checkov says")?;
    let complaints = complaints(&failed(&report)?, &exceptions(EXCEPTIONS)?);
    if complaints.is_empty() {
        return Ok(());
    }
    Err(problem(
        complaints.join("\n"),
        format!("change template.yaml, or {FILE}, with the reason in a comment above the check"),
    ))
}

/// The failed checks: their titles and resources.
type Failed = BTreeMap<String, (String, Vec<String>)>;

/// # Errors
/// The report has no checks: a template that could not be parsed passes none, and fails none.
fn failed(report: &Value) -> Result<Failed> {
    let passed = report["summary"]["passed"].as_u64().unwrap_or_default();
    let unread = report["summary"]["parsing_errors"].as_u64();
    anyhow::ensure!(
        passed > 0 && unread == Some(0),
        "checkov could not read the template: {}",
        report["summary"]
    );
    let mut failed = Failed::new();
    for check in report["results"]["failed_checks"]
        .as_array()
        .context("checkov lists no failed checks")?
    {
        let text = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
        let (_, resources) = failed
            .entry(text("check_id"))
            .or_insert_with(|| (text("check_name"), Vec::new()));
        resources.push(text("resource"));
    }
    Ok(failed)
}

/// Returns each check that may fail, and the reason: the comment just above it.
///
/// # Errors
/// A reason is missing, or is not a sentence.
fn exceptions(text: &str) -> Result<BTreeMap<&str, String>> {
    let mut exceptions = BTreeMap::new();
    let mut reason = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("# ") {
            reason.push(comment);
            continue;
        }
        if let Some(check) = line.strip_prefix("- ") {
            let reason = reason.join(" ");
            anyhow::ensure!(reason.ends_with('.'), "{FILE} gives no reason for {check}");
            let before = exceptions.insert(check, reason);
            anyhow::ensure!(before.is_none(), "{FILE} names {check} twice");
        }
        reason.clear();
    }
    Ok(exceptions)
}

fn complaints(failed: &Failed, exceptions: &BTreeMap<&str, String>) -> Vec<String> {
    let unexpected = failed
        .iter()
        .filter(|(check, _)| !exceptions.contains_key(check.as_str()))
        .map(|(check, (asks, resources))| format!("{check}: {asks}: {}", resources.join(", ")));
    let unneeded = exceptions
        .keys()
        .filter(|check| !failed.contains_key(**check))
        .map(|check| format!("{check}: {FILE} makes an exception that nothing needs"));
    unexpected.chain(unneeded).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_exception_has_its_reason() {
        let exceptions = exceptions(EXCEPTIONS).unwrap();
        assert!(!exceptions.is_empty());
        for (check, reason) in &exceptions {
            assert!(check.starts_with("CKV"), "{check}");
            assert!(reason.split(' ').count() > 5, "{check}: {reason}");
        }
    }

    #[test]
    fn an_exception_without_a_reason_is_none() {
        for text in [
            "skip-check:\n  - CKV_1",
            "# Of the file.\nskip-check:\n  - CKV_1",
            "  # Of another.\n  - CKV_1\n  - CKV_2",
            "  # Twice.\n  - CKV_1\n  # Twice.\n  - CKV_1",
            "  # todo\n  - CKV_1",
        ] {
            assert!(exceptions(text).is_err(), "{text}");
        }
        let text = "skip-check:\n  # It has\n  # two lines.\n  - CKV_1";
        assert_eq!(exceptions(text).unwrap()["CKV_1"], "It has two lines.");
    }

    #[test]
    fn what_fails_is_compared_with_the_exceptions() {
        let check = |id: &str, resource: &str| json!({"check_id": id, "check_name": "asks", "resource": resource});
        let report = json!({
            "summary": {"passed": 3, "parsing_errors": 0},
            "results": {"failed_checks": [check("CKV_1", "Table"), check("CKV_2", "Queue"), check("CKV_2", "Topic")]},
        });
        let failed = failed(&report).unwrap();
        let excepted = exceptions("# A reason.\n- CKV_1\n# A reason.\n- CKV_3").unwrap();
        assert_eq!(
            complaints(&failed, &excepted),
            [
                "CKV_2: asks: Queue, Topic",
                "CKV_3: .checkov.yaml makes an exception that nothing needs"
            ]
        );
    }

    #[test]
    fn a_template_that_was_not_read_is_no_good_one() {
        let report = |passed: u32, unread: u32| json!({"summary": {"passed": passed, "parsing_errors": unread}, "results": {"failed_checks": []}});
        assert!(failed(&report(1, 0)).unwrap().is_empty());
        for wrong in [report(0, 0), report(1, 1), json!({"passed": 0})] {
            assert!(failed(&wrong).is_err(), "{wrong}");
        }
    }
}
