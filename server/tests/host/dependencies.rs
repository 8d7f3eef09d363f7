//! A test of the program's dependencies.

use std::process::Command;

#[test]
fn no_sdk_of_aws_and_no_runtime_of_lambda_is_in_it() {
    let mut command = Command::new(env!("CARGO"));
    command.args([
        "tree",
        "--offline",
        "--package",
        "server",
        "--edges",
        "normal",
    ]);
    command.args(["--prefix", "none", "--format", "{p}"]);
    let output = command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(
        tree.lines().any(|line| line.starts_with("embedded ")),
        "{tree}"
    );
    let begins = ["aws-", "aws_", "lambda"];
    let of_aws = |line: &&str| begins.iter().any(|begin| line.starts_with(begin));
    let found: Vec<&str> = tree.lines().filter(of_aws).collect();
    assert!(found.is_empty(), "{found:?}");
}
