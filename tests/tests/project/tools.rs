//! The tools that `cargo xtask up` installs: the translator of SAM, and cfn-lint.

use std::path::PathBuf;
use std::process::Command;

use tests::project_folder;

/// Ends the test unless `cargo xtask test` runs it, because `cargo test --workspace` needs only Rust. The text names the tools
/// that the test runs. `tests/tests/blackbox/targets.rs` lists all tests that begin with this macro.
macro_rules! with_tools {
    ($why:literal) => {
        if std::env::var_os("EM_CONNECT_STACK").is_none() {
            return;
        }
    };
}
pub(crate) use with_tools;

/// Returns the path of a program that `cargo xtask up` installed.
pub(crate) fn program(name: &str) -> PathBuf {
    let program = project_folder().join("target/tools/venv/bin").join(name);
    assert!(
        program.exists(),
        "no {}: `cargo xtask up` installs it",
        program.display()
    );
    program
}

/// Runs Python with these arguments, and returns its output.
#[track_caller]
pub(crate) fn python(arguments: &[&str]) -> String {
    let mut command = Command::new(program("python"));
    // SAM's translator requires a region, but does not use it.
    command
        .args(arguments)
        .env("AWS_DEFAULT_REGION", "us-east-1");
    let output = command.current_dir(project_folder()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}
