//! Tests of the Python example. openapi-python-client generates its client from the contract, the example passes the type
//! checker, and it uses the API.
//!
//! `cargo xtask test` installs the tools that are needed. The client is generated in a copy of the example below `target`.
#![expect(
    clippy::unwrap_used,
    reason = "a file of the project that is not there fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tests::{emulated, project_folder, run};
use tokio::sync::OnceCell;

/// Time limit for a generator or a type checker. It is long because the machine may be busy.
const DEADLINE: Duration = Duration::from_mins(5);
/// The name of the generated client, which the example imports.
const CLIENT: &str = "em_connect";

/// The folder with the example and its client, which all tests share.
static EXAMPLE: OnceCell<PathBuf> = OnceCell::const_new();

/// Copies the example, and generates the client in the same folder. Returns that folder.
async fn example() -> &'static Path {
    EXAMPLE
        .get_or_init(async || {
            let source = project_folder().join("examples/python");
            let folder = project_folder().join("target/tools/python/examples/python");
            if folder.exists() {
                fs::remove_dir_all(&folder).unwrap();
            }
            fs::create_dir_all(&folder).unwrap();
            for name in ["mypy.ini", "openapi-python-client.yaml", "walk.py"] {
                fs::copy(source.join(name), folder.join(name)).unwrap();
            }
            let mut generator = tool("openapi-python-client");
            generator.arg("generate").arg("--path");
            generator.arg(project_folder().join("openapi.json"));
            generator.args(["--config", "openapi-python-client.yaml", "--meta", "none"]);
            // The generator leaves out each part of the contract that it does not support, with a warning. The option turns the
            // warning into a failure.
            generator.args(["--output-path", CLIENT, "--fail-on-warning"]);
            let made = run(generator.current_dir(&folder), DEADLINE).await;
            made.expect_success();
            folder
        })
        .await
}

/// Returns a program of the Python environment. The program finds the environment's other programs through `PATH`.
fn tool(name: &str) -> Command {
    let bin = project_folder().join("target/tools/python-client/bin");
    let path = bin.join(name);
    assert!(
        path.exists(),
        "no {}: `cargo xtask test` installs it",
        path.display()
    );
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(bin).chain(std::env::split_paths(&rest));
    let mut command = Command::new(path);
    command.env("PATH", std::env::join_paths(all).unwrap());
    command
}

#[tokio::test]
async fn the_generated_python_client_type_checks() {
    emulated!("needs a generated Python client");
    let folder = example().await;
    let mut mypy = tool("mypy");
    mypy.args([CLIENT, "walk.py"]).current_dir(folder);
    let said = run(&mut mypy, DEADLINE).await.expect_success();
    assert!(said.contains("no issues found"), "{said}");
}

#[tokio::test]
async fn it_walks_through_the_api() {
    let (stack, folder) = (
        emulated!("needs a generated Python client"),
        example().await,
    );
    let mut walk = stack.program(tool("python").get_program());
    walk.arg("walk.py").current_dir(folder);
    let said = run(&mut walk, DEADLINE).await.expect_success();
    for expected in [
        "is published",
        "the third was refused: /problems/sold-out",
        "and waits at place 1",
        "Ada has ticket ",
        "2 of 2 registered, 1 waiting, 0 seats left",
    ] {
        assert!(said.contains(expected), "no {expected:?} in {said}");
    }
}
