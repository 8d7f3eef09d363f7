//! `cargo xtask template`

mod checkov;

use std::process::Command;

use anyhow::Result;

use crate::aws::LOCAL_REGION;
use crate::folder::root;
use crate::process::output;
use crate::progress::Steps;
use crate::tools::{CHECKOV, SAM, Tools};

/// Runs the command.
///
/// # Errors
/// A tool cannot be installed, or finds a fault in the template.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new(4);
    let (tools, sam, checkov) = steps.step("tools", || {
        Ok((
            Tools::install()?,
            Tools::install_other(SAM)?,
            Tools::install_other(CHECKOV)?,
        ))
    })?;
    steps.step("cfn-lint", || {
        let mut lint = Command::new(tools.program("cfn-lint"));
        output(lint.arg("template.yaml").current_dir(root()))
    })?;
    steps.step("sam validate", || {
        let mut validate = Command::new(sam.program("sam"));
        validate.args(["validate", "--lint", "--template-file", "template.yaml"]);
        // sam only reads the file: it needs no credentials, and sends no telemetry.
        validate.args(["--region", LOCAL_REGION]);
        output(validate.env("SAM_CLI_TELEMETRY", "0").current_dir(root()))
    })?;
    steps.step("checkov", || checkov::run(&tools, &checkov))
}
