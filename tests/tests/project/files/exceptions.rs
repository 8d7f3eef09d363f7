//! `.checkov.yaml`: the checks of checkov that the template does not pass.

use std::fs;

use tests::project_folder;

/// Returns the faults of a list of exceptions. The comment above each check gives the reason.
fn faults(text: &str) -> Vec<String> {
    let (mut faults, mut reason, mut checks) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("# ") {
            reason.extend(comment.split(' '));
            continue;
        }
        if let Some(check) = line.strip_prefix("- ") {
            if !check.starts_with("CKV") || checks.contains(&check) {
                faults.push(format!("{check} is no check, or is named twice"));
            }
            if reason.len() <= 5 || !reason.last().is_some_and(|word| word.ends_with('.')) {
                faults.push(format!("{check} has no reason"));
            }
            checks.push(check);
        }
        reason.clear();
    }
    if checks.is_empty() {
        faults.push("no check is named".to_owned());
    }
    faults
}

#[test]
fn every_exception_of_checkov_has_its_reason() {
    let text = fs::read_to_string(project_folder().join(".checkov.yaml")).unwrap();
    assert_eq!(faults(&text), [""; 0]);
    let reason = "  # It has a reason of\n  # two lines.\n";
    assert_eq!(faults(&format!("skip-check:\n{reason}  - CKV_1")), [""; 0]);
    for wrong in [
        "skip-check:\n  - CKV_1",
        "# A comment of the whole file, not of it.\nskip-check:\n  - CKV_1",
        "  # todo\n  - CKV_1",
        &format!("{reason}  - CKV_1\n  - CKV_2"),
        &format!("{reason}  - CKV_1\n{reason}  - CKV_1"),
        "skip-check:",
    ] {
        assert_eq!(faults(wrong).len(), 1, "{wrong}");
    }
}
