//! Tests that check `openapi.json` with linters of other projects.

use std::process::Command;

use tests::project_folder;

use crate::tools::with_tools;

#[test]
fn linters_accept_the_contract() {
    with_tools!("runs redocly and spectral");
    let output = Command::new(project_folder().join(".ci/contract"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
