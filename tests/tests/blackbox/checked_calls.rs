//! Tests that the emulator finds requests that AWS would refuse (`xtask/emulator/conformance.py`).
//! `xtask/emulator/test_conformance.py` has a wrong request of each kind.
//!
//! The tests call themselves functions, with names that no function has. So `cargo xtask test` does not count their violations.

use serde_json::{Value, json};
use tests::{Client, Method, Stack, emulated, unique};

/// Returns the member `list` of the emulator's checks, reduced to what `caller` sent.
async fn checked(emulator: &Client, list: &str, caller: &str) -> Vec<Value> {
    let found = emulator.get("/_em-connect/conformance").await;
    let all = found[list].as_array().cloned().unwrap_or_default();
    let ours = all.into_iter().filter(|one| one["caller"] == caller);
    ours.collect()
}

#[tokio::test]
async fn what_aws_would_refuse_is_found_with_its_caller_and_its_member() {
    let stack = emulated!("calls the emulator's services");
    let emulator = stack.aws();
    let caller = unique().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let call = |method: Method, path: &str, service: &str| {
        let call = emulator.call(method, path);
        call.header("user-agent", &format!("aws-sdk-rust/1.3 app/{caller}"))
            .header("authorization", &Stack::authorization(service))
    };
    let get = |key: &Value| {
        call(Method::POST, "/", "dynamodb")
            .header("x-amz-target", "DynamoDB_20120810.GetItem")
            .json(&json!({"TableName": "table", "Key": key}))
    };
    get(&json!({"pk": {"S": "a"}})).send().await;
    get(&json!({"pk": {"S": "a".repeat(2_049)}})).send().await;
    let schedule =
        json!({"FlexibleTimeWindow": {"Mode": "OFF"}, "ScheduleExpression": "at(2027-01-02)"});
    let update = call(Method::PUT, "/schedules/a%20b?group=g", "scheduler");
    update.json(&schedule).send().await;

    assert_eq!(
        checked(&emulator, "requests", &caller).await,
        [
            json!({"caller": caller, "service": "dynamodb", "operation": "GetItem", "times": 2}),
            json!({"caller": caller, "service": "scheduler", "operation": "UpdateSchedule", "times": 1}),
        ]
    );
    let mut violations: Vec<String> = checked(&emulator, "violations", &caller)
        .await
        .iter()
        .map(|one| {
            let [operation, path, rule] =
                ["operation", "path", "rule"].map(|name| one[name].as_str().unwrap_or_default());
            format!("{operation}: {path} {rule}")
        })
        .collect();
    violations.sort();
    insta::assert_snapshot!(violations.join("\n"), @r"
    dynamodb GetItem: Key pk is empty or has more than 2048 bytes (Constraints in Amazon DynamoDB)
    scheduler UpdateSchedule: (all) missing required field Target
    scheduler UpdateSchedule: (all) unknown field ?group
    scheduler UpdateSchedule: Name does not match ^[0-9a-zA-Z-_.]+$
    scheduler UpdateSchedule: ScheduleExpression does not match at\(\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\)|rate\([1-9]\d* (minute|hour|day)s?\)|cron\(([^ ]+ ){5}[^ ]+\) (Schedule types in EventBridge Scheduler)
    ");
}

#[tokio::test]
async fn answers_of_functions_are_checked() {
    let stack = emulated!("reads what the emulator has checked");
    stack.anyone().get("/health").await;
    let api = format!("em-connect-{}-api", stack.name().display());
    let answers = checked(&stack.aws(), "answers", &api).await;
    assert!(
        answers.iter().any(|one| one["kind"] == "http"),
        "{answers:?}"
    );
}
