//! Test of a function that runs outside the stack, as events/README.md describes it: with the environment of the deployed
//! function, `cargo lambda watch` and `cargo lambda invoke`.
//!
//! The suite has already built the function, so `watch` does not build it and only provides the runtime API.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::{
    NewEvent, PATIENCE, Running, Stack, built, emulated, eventually, project_folder, run, unique,
};

const FILE: &str = "events/api/get-event.json";
/// The id of the event in the file [`FILE`]. The test replaces this id.
const EVENT: &str = "evt_01m83w2dw2ezxseemv5b3szhem";

/// Returns a command of cargo-lambda. Its arguments are `arguments`, then `file`, then the address of the runtime API.
fn cargo_lambda(arguments: &[&str], file: &Path, port: u16) -> Command {
    let program = project_folder().join("target/tools/venv/bin/cargo-lambda");
    let mut command = Command::new(program);
    command.arg("lambda").args(arguments).arg(file);
    command.args(["--invoke-address", "127.0.0.1"]);
    command.args(["--invoke-port", &port.to_string()]);
    command
}

/// Returns the environment variables of the stack's function `api`, as lines `NAME='VALUE'`. The region and the credentials are
/// added, because a process outside the emulator needs them.
async fn environment_of_api(stack: &Stack) -> String {
    let mut aws = Command::new(project_folder().join("target/tools/venv/bin/aws"));
    let credentials = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    aws.envs(credentials).args(["--region", "us-east-1"]);
    aws.args(["--endpoint-url", stack.endpoint_url(), "--output", "json"]);
    aws.args(["lambda", "get-function-configuration", "--query"]);
    aws.args(["Environment.Variables", "--function-name"]);
    aws.arg(format!("em-connect-{}-api", stack.name().display()));
    let printed = run(&mut aws, PATIENCE).await.expect_success();
    let Ok(mut variables) = serde_json::from_str::<BTreeMap<String, String>>(&printed) else {
        panic!("no variables in {printed}");
    };
    variables.extend(credentials.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let lines = variables
        .iter()
        .map(|(name, value)| format!("{name}='{value}'\n"));
    lines.collect()
}

#[tokio::test]
async fn a_function_answers_to_an_event_file() {
    let stack = emulated!("runs a function as Lambda does");
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let folder = project_folder().join(format!("target/tmp/cargo-lambda-{}", unique()));
    fs::create_dir_all(&folder).unwrap();
    let (variables, payload) = (folder.join("api.env"), folder.join("event.json"));
    fs::write(&variables, environment_of_api(&stack).await).unwrap();
    let text = fs::read_to_string(project_folder().join(FILE)).unwrap();
    fs::write(&payload, text.replace(EVENT, &event.id)).unwrap();

    // The listener only finds a free port and is closed at once. So the port is probably still free when `watch` opens it.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    // If `watch` could not read the file with the environment variables, it would end, and the test would fail.
    let watch = ["watch", "--only-lambda-apis", "--env-file"];
    let _watch = Running::start(&mut cargo_lambda(&watch, &variables, port));
    let mut function = Command::new("sh");
    function
        .args(["-c", "set -a; . \"$0\"; exec \"$1\""])
        .arg(&variables)
        .arg(built("api"));
    function.envs([
        (
            "AWS_LAMBDA_RUNTIME_API",
            format!("http://127.0.0.1:{port}/.rt"),
        ),
        ("AWS_LAMBDA_FUNCTION_NAME", "_".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512".to_owned()),
    ]);
    let answer: Value = eventually(PATIENCE, async || {
        // The function ends if `watch` does not listen to its port yet. So each attempt starts the function again.
        let _function = Running::start(&mut function);
        let mut invoke = cargo_lambda(&["invoke", "--data-file"], &payload, port);
        let ended = run(&mut invoke, PATIENCE).await;
        match ended.code {
            Some(0) => Ok(serde_json::from_str(&ended.stdout).unwrap()),
            _ => Err(ended.to_string()),
        }
    })
    .await;

    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert!(
        answer["body"].as_str().unwrap().contains(&event.id),
        "{answer}"
    );
    fs::remove_dir_all(folder).unwrap();
}
