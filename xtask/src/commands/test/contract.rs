//! Tests the contract with schemathesis. It calls every operation of openapi.json, both with inputs that the schemas allow and
//! with inputs that they forbid.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::results::Counts;
use crate::client::Client;
use crate::folder::{Folder, root};
use crate::seed;
use crate::stack::Stack;
use crate::tools::{SCHEMATHESIS, Tools};

/// Maximum duration of the test, in seconds. It is shorter than the life of an access token, a quarter of an hour.
const SECONDS: &str = "600";
/// The checks that schemathesis makes on each answer. None of them checks whether a valid request is accepted or an invalid
/// request is refused, because that also depends on the content of the table.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance";

/// Calls all operations as the administrator, because this account may do everything and cannot be deleted. Returns whether all
/// answers conformed to the contract.
pub(super) fn run(folder: &Folder, stack: &Stack, counts: &mut Counts) -> Result<bool> {
    let tools = Tools::install_other(SCHEMATHESIS)?;
    let client = Client::new(&stack.http_url, Duration::from_secs(30));
    let token = seed::login(&client, &stack.admin, "signing in")?;
    let status = Command::new(tools.program("schemathesis"))
        // schemathesis writes a folder into its working directory, so it does not run in the checkout's root.
        .current_dir(&folder.path)
        .arg("run")
        .arg(root().join("openapi.json"))
        .args(["--url", &stack.http_url])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--phases", "examples,coverage,fuzzing", "--checks", CHECKS])
        .args(["--max-time", SECONDS, "--workers", "4"])
        .args(["--continue-on-failure", "--no-color"])
        .status()
        .context("starting schemathesis")?;
    let line = if status.success() {
        "test result: ok. 1 passed; 0 failed"
    } else {
        "test result: FAILED. 0 passed; 1 failed"
    };
    println!("{line}");
    counts.add_line(line);
    Ok(status.success())
}
