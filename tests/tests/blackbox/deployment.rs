//! Tests another deployment beside the running stack. Operators' commands plan it, deploy it, plan it again and delete it.
//!
//! The deployment uses the programs of the stack, so the test builds nothing.

use std::process::Command;

use tests::{
    Ended, LONG_PATIENCE, NewEvent, Stack, built, built_folder, emulated, eventually,
    project_folder, run, unique,
};

/// The stage of a deployment, which has a unique name so that tests do not disturb each other.
struct Stage<'a> {
    stack: &'a Stack,
    name: String,
}

impl<'a> Stage<'a> {
    fn new(stack: &'a Stack) -> Self {
        let letters = unique().replace(|c: char| !c.is_ascii_alphanumeric(), "");
        let end = &letters[letters.len().saturating_sub(12)..];
        Self {
            stack,
            name: format!("s{}", end.to_ascii_lowercase()),
        }
    }

    async fn deploy(&self, options: &[&str]) -> Ended {
        let mut command = self.stack.program(built("xtask"));
        command.args(["deploy", "--stage", &self.name, "--local"]);
        command.arg(self.stack.name()).arg("--prebuilt");
        run(command.arg(built_folder()).args(options), LONG_PATIENCE).await
    }

    /// Runs an operation of `CloudFormation`, such as `describe-stacks`, on the stack of this stage.
    async fn cloudformation(&self, operation: &str) -> Ended {
        let tools = project_folder().join("target/tools/venv/bin");
        let mut aws = Command::new(tools.join("aws"));
        aws.args(["--region", "us-east-1", "--endpoint-url"]);
        aws.arg(self.stack.endpoint_url());
        aws.args(["cloudformation", operation, "--stack-name"]);
        aws.arg(format!("em-connect-{}", self.name));
        aws.envs([
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ]);
        run(&mut aws, LONG_PATIENCE).await
    }
}

#[track_caller]
fn assert_told(ended: &Ended, expected: &[&str]) {
    let all = ended.to_string();
    for words in expected {
        assert!(all.contains(words), "`{words}` was not reported:\n{all}");
    }
}

/// Returns the text after `title` in the summary that a deployment printed.
#[track_caller]
fn said<'summary>(summary: &'summary str, title: &str) -> &'summary str {
    let mut lines = summary.lines();
    match lines.find_map(|line| line.trim().strip_prefix(title)) {
        Some(said) => said.trim(),
        None => panic!("no {title} in {summary}"),
    }
}

/// Makes an event on the deployment, takes a seat, and waits for the effects: the live count, the ticket and the mail.
async fn try_out(deployment: &Stack) {
    let organizer = deployment.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let viewer = deployment.watch().await;
    viewer.subscribe(&event).await;
    let guest = deployment.register_user().await;
    guest.register_for(&event).await.expect(201);
    viewer.count_becomes(&event, 1).await;
    guest.ticket_of(&event).await;
    deployment.mail_to(&guest, "Your ticket").await;
}

#[tokio::test]
async fn a_deployment_comes_is_tried_out_and_goes() {
    let stack = emulated!("deploys the template");
    let stage = Stage::new(&stack);

    let planned = stage.deploy(&["--plan"]).await;
    assert_told(&planned, &["nothing was executed", "AWS::DynamoDB::Table"]);
    planned.expect_success();
    // The command with `--plan` leaves no `CloudFormation` stack behind.
    let absent = stage.cloudformation("describe-stacks").await;
    assert_told(&absent, &["does not exist"]);

    let deployed = stage.deploy(&["--parameter", "LogLevel=debug"]).await;
    let summary = deployed.expect_success();
    let (http, web_socket) = (said(&summary, "HTTP API"), said(&summary, "WebSocket"));
    let deployment = stack.further(http, web_socket);
    let published = deployment.anyone().get("/v1/events").await.expect(200);
    assert_eq!(published["items"].as_array().map(Vec::len), Some(0));
    try_out(&deployment).await;

    // A parameter that the command does not name keeps its value. So a second deployment without parameters changes nothing.
    let same = stage.deploy(&["--plan"]).await;
    assert_told(&same, &["nothing would change"]);
    same.expect_success();

    stage.cloudformation("delete-stack").await.expect_success();
    // After the deletion of the deployment, API Gateway itself answers with 404, and the answer has no request id of
    // em-connect.
    eventually(LONG_PATIENCE, async || {
        let answer = deployment.anyone().get("/health").await;
        match answer.status {
            404 => Ok(()),
            _ => Err(answer.to_string()),
        }
    })
    .await;
}

#[tokio::test]
async fn mistakes_are_told_before_anything_is_deployed() {
    let stack = emulated!("deploys the template");
    let stage = Stage::new(&stack);
    for (option, reported) in [
        (
            "LogLevels=debug",
            "template.yaml has no parameter `LogLevels`",
        ),
        ("Stage=prod", "says what --stage says"),
    ] {
        let refused = stage.deploy(&["--parameter", option]).await;
        assert_told(&refused, &[reported]);
        assert_eq!(refused.code, Some(1), "{refused}");
    }
    let of_up = Stage {
        stack: &stack,
        name: stack.name().to_string_lossy().into_owned(),
    };
    let refused = of_up.deploy(&[]).await;
    assert_told(&refused, &["is what `cargo xtask up` deploys"]);
    assert_eq!(refused.code, Some(1), "{refused}");
}
