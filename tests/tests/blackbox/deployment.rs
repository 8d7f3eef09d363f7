//! A further deployment beside the stack, as an operator has it: planned, deployed, tried out, planned again, destroyed.
//!
//! It deploys the programs that the stack was made of, so nothing is built.

use tests::{Ended, LONG_PATIENCE, Stack, built_folder, emulated, run, unique};

/// A stage of a name that nobody else has.
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

    async fn xtask(&self, command: &str, options: &[&str]) -> Ended {
        let place = [command, "--target", "local", "--stage", &self.name];
        let mut command = self.stack.xtask(&[&place[..], options].concat());
        run(&mut command, LONG_PATIENCE).await
    }

    async fn deploy(&self, options: &[&str]) -> Ended {
        let built = built_folder();
        let prebuilt = ["--prebuilt", built.to_str().unwrap_or_default()];
        self.xtask("deploy", &[&prebuilt[..], options].concat())
            .await
    }
}

#[track_caller]
fn assert_told(ended: &Ended, expected: &[&str]) {
    let all = ended.to_string();
    for words in expected {
        assert!(all.contains(words), "`{words}` was not told:\n{all}");
    }
}

/// Returns the HTTP API's address from the summary of a deployment.
#[track_caller]
fn http_url(summary: &str) -> &str {
    let mut lines = summary.lines();
    match lines.find_map(|line| line.trim().strip_prefix("HTTP API")) {
        Some(url) => url.trim(),
        None => panic!("no address in {summary}"),
    }
}

#[tokio::test]
async fn a_deployment_comes_is_tried_out_and_goes() {
    let stack = emulated!("deploys the template");
    let stage = Stage::new(&stack);

    let planned = stage.deploy(&["--plan"]).await;
    assert_told(&planned, &["nothing was executed", "add  Table "]);
    planned.expect_success();
    let absent = stage.xtask("destroy", &["--yes"]).await;
    assert_told(&absent, &["there is no stack em-connect-"]);
    assert_eq!(absent.code, Some(1), "{absent}");

    let deployed = stage.deploy(&["--parameter", "LogLevel=debug"]).await;
    assert_told(
        &deployed,
        &[
            "a WebSocket answers",
            "the ticket is issued",
            "the live count tells of it",
            "the ticket is mailed",
            "all of it is removed",
        ],
    );
    let summary = deployed.expect_success();
    assert!(!summary.contains("not tried"), "{summary}");
    let anyone = stack.anyone_at(http_url(&summary));
    anyone.get("/health").await.expect(200);
    let published = anyone.get("/v1/events").await.expect(200);
    assert_eq!(published["items"].as_array().map(Vec::len), Some(0));

    // Parameters that were named before stay, so naming none changes nothing.
    let same = stage.deploy(&["--plan"]).await;
    assert_told(&same, &["nothing would change"]);
    same.expect_success();

    let unasked = stage.xtask("destroy", &[]).await;
    assert_told(&unasked, &["standard input is no terminal"]);
    assert_eq!(unasked.code, Some(1), "{unasked}");
    anyone.get("/health").await.expect(200);

    let destroyed = stage.xtask("destroy", &["--yes"]).await;
    assert_told(&destroyed, &["is deleted", "dynamodb delete-table"]);
    destroyed.expect_success();
    // API Gateway itself answers, without an id of ours.
    assert_eq!(anyone.get("/health").await.status, 404);
    let again = stage.xtask("destroy", &["--yes"]).await;
    assert_told(&again, &["there is no stack em-connect-"]);
}

#[tokio::test]
async fn mistakes_are_told_before_anything_is_deployed() {
    let stack = emulated!("deploys the template");
    let stage = Stage::new(&stack);
    for (option, told) in [
        (
            "LogLevels=debug",
            "template.yaml has no parameter `LogLevels`",
        ),
        ("Stage=prod", "says what --stage says"),
    ] {
        let refused = stage.deploy(&["--parameter", option]).await;
        assert_told(&refused, &[told]);
        assert_eq!(refused.code, Some(1), "{refused}");
    }
    let of_up = Stage {
        stack: &stack,
        name: stack.name().to_string_lossy().into_owned(),
    };
    for refused in [
        of_up.deploy(&[]).await,
        of_up.xtask("destroy", &["--yes"]).await,
    ] {
        assert_told(&refused, &["is what `cargo xtask up` deploys"]);
        assert_eq!(refused.code, Some(1), "{refused}");
    }
    let nowhere = stage.xtask("smoke", &[]).await;
    assert_told(&nowhere, &["there is no stack em-connect-"]);
}
