//! Tests of the hooks in docker-compose.yml. Each test runs the hooks as one image does: ministack uses `sh` and passes the
//! name of its endpoint; `LocalStack` runs the hook directly, and provides the command `awslocal`.
#![expect(
    clippy::unwrap_used,
    reason = "a hook that is not there fails the test"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tests::{Method, Stack, emulated, project_folder, run, unique};

/// Time limit for running one hook. It is long because the machine may be busy.
const DEADLINE: Duration = Duration::from_mins(2);

fn hooks() -> Vec<PathBuf> {
    let entries = fs::read_dir(project_folder().join("localstack/init/ready.d")).unwrap();
    let mut hooks: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    hooks.sort();
    assert!(!hooks.is_empty());
    hooks
}

/// Returns the folder with the AWS CLI that `cargo xtask up` installs.
fn tools() -> PathBuf {
    project_folder().join("target/tools/venv/bin")
}

/// Prepares to run a hook. The environment contains only the variables that both images set, and `PATH` begins with the folder
/// `programs`.
fn prepared(mut command: Command, programs: &Path, sender: &str, region: &str) -> Command {
    command.env_clear().envs([
        ("PATH", format!("{}:/usr/bin:/bin", programs.display())),
        ("HOME", "/".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("EM_CONNECT_SENDER", sender.to_owned()),
    ]);
    command
}

/// Runs every hook twice. Then asserts that SES has the sender's identity, and S3 has the bucket for the code.
async fn assert_hooks_may_run_twice(
    stack: &Stack,
    region: &str,
    hook: impl Fn(&Path, &str) -> Command,
) {
    let sender = format!("tickets-{}@example.com", unique());
    let bucket = format!("/em-connect-code-000000000000-{region}");
    // The bucket may still exist from an earlier run of this test, so the test deletes it first.
    called(stack, region, "s3", Method::DELETE, &bucket).await;
    assert_eq!(
        called(stack, region, "s3", Method::HEAD, &bucket).await,
        404
    );
    let identity = format!("/v2/email/identities/{sender}");
    assert_eq!(
        called(stack, region, "ses", Method::GET, &identity).await,
        404
    );
    for _ in 0..2 {
        for path in hooks() {
            run(&mut hook(&path, &sender), DEADLINE)
                .await
                .expect_success();
        }
    }
    assert_eq!(
        called(stack, region, "s3", Method::HEAD, &bucket).await,
        200
    );
    assert_eq!(
        called(stack, region, "ses", Method::GET, &identity).await,
        200
    );
}

/// Calls an AWS service as the owner of the account, and returns the status of the answer.
async fn called(stack: &Stack, region: &str, service: &str, method: Method, path: &str) -> u16 {
    let call = stack.aws().call(method, path);
    let authorization = Stack::authorization(service).replace("us-east-1", region);
    call.header("authorization", &authorization)
        .send()
        .await
        .status
}

#[tokio::test]
async fn as_ministack_runs_them() {
    let stack = emulated!("prepares AWS for a deployment");
    let endpoint = stack.endpoint_url();
    assert_hooks_may_run_twice(&stack, "eu-west-1", |hook, sender| {
        let mut sh = Command::new("sh");
        sh.arg(hook);
        let mut command = prepared(sh, &tools(), sender, "eu-west-1");
        command.env("AWS_ENDPOINT_URL", endpoint);
        command
    })
    .await;
}

#[tokio::test]
async fn as_localstack_runs_them() {
    let stack = emulated!("prepares AWS for a deployment");
    // The image of LocalStack has a command `awslocal`, which calls the AWS CLI with the endpoint of LocalStack. The test
    // writes the same command.
    let programs = project_folder().join(format!("target/tmp/awslocal-{}", unique()));
    fs::create_dir_all(&programs).unwrap();
    let awslocal = programs.join("awslocal");
    let aws = tools().join("aws");
    let script = format!(
        "#!/bin/sh\nexec {} --endpoint-url {} \"$@\"\n",
        aws.display(),
        stack.endpoint_url()
    );
    fs::write(&awslocal, script).unwrap();
    fs::set_permissions(&awslocal, fs::Permissions::from_mode(0o755)).unwrap();

    assert_hooks_may_run_twice(&stack, "eu-west-2", |hook, sender| {
        prepared(Command::new(hook), &programs, sender, "eu-west-2")
    })
    .await;
    fs::remove_dir_all(programs).unwrap();
}
