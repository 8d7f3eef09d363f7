//! `cargo xtask status`

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::aws::Aws;
use crate::cli::Named;
use crate::client::Client;
use crate::clock::now_millis;
use crate::emulator::Emulator;
use crate::folder::Folder;
use crate::log_events;
use crate::stack::Stack;
use crate::tools::Tools;

/// Error lines that are shown, of the last hour.
const ERRORS: usize = 5;

/// Runs the command.
pub(crate) fn run(options: &Named) -> Result<()> {
    let folder = Folder::of(&options.name);
    let stack = Stack::of(&folder)?;
    let aws = stack.aws(&Tools::installed()?, &folder);
    if let Some(emulator) = Emulator::running(&folder)? {
        let health = if emulator.is_healthy() {
            "healthy"
        } else {
            "does not answer"
        };
        row(
            "emulator",
            &format!("process {}", emulator.pid),
            &format!("{} {health}", emulator.endpoint()),
        );
    }
    let client = Client::new(&stack.http_url, Duration::from_secs(10));
    for path in ["/health", "/health/ready"] {
        let answer = client
            .get(path, None)
            .map_or_else(|error| format!("{error:#}"), |answer| answer.to_string());
        row("http", path, &answer);
    }
    resources(&aws, &folder)?;
    functions(&aws, &stack)?;
    queues(&aws, &stack)?;
    errors(&aws, &stack)
}

fn row(kind: &str, name: &str, state: &str) {
    println!("{kind:<10} {name:<22} {state}");
}

fn resources(aws: &Aws, folder: &Folder) -> Result<()> {
    let name = folder.stack_name();
    let answer = aws.json(&[
        "cloudformation",
        "describe-stack-resources",
        "--stack-name",
        &name,
    ])?;
    let count = answer["StackResources"].as_array().map_or(0, Vec::len);
    row("stack", &name, &format!("{count} resources"));
    Ok(())
}

fn functions(aws: &Aws, stack: &Stack) -> Result<()> {
    let answer = aws.json(&["lambda", "list-functions"])?;
    let known = answer["Functions"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    for (name, lambda) in &stack.functions {
        let found = known
            .iter()
            .find(|function| function["FunctionName"] == lambda.as_str());
        let state = found.map_or_else(
            || "missing".to_owned(),
            |function| {
                format!(
                    "{}, modified {}",
                    text(function, "State"),
                    text(function, "LastModified")
                )
            },
        );
        row("function", name, &state);
    }
    Ok(())
}

fn queues(aws: &Aws, stack: &Stack) -> Result<()> {
    for (name, queue) in &stack.queues {
        for (label, url) in [
            (name.clone(), &queue.url),
            (format!("{name}, dead letters"), &queue.dead_letter_url),
        ] {
            let Some(url) = url else { continue };
            let answer = aws.json(&[
                "sqs",
                "get-queue-attributes",
                "--queue-url",
                url,
                "--attribute-names",
                "All",
            ])?;
            let count = |key: &str| {
                text(
                    &answer["Attributes"],
                    &format!("ApproximateNumberOfMessages{key}"),
                )
            };
            let state = format!(
                "{} waiting, {} in flight, {} delayed",
                count(""),
                count("NotVisible"),
                count("Delayed")
            );
            row("queue", &label, &state);
        }
    }
    Ok(())
}

fn errors(aws: &Aws, stack: &Stack) -> Result<()> {
    let since = now_millis().saturating_sub(3_600_000);
    let mut errors = Vec::new();
    for (name, lambda) in &stack.functions {
        let events = log_events::since(aws, name, lambda, since)?;
        errors.extend(events.into_iter().filter(log_events::LogEvent::is_error));
    }
    errors.sort_by_key(|event| event.at);
    if errors.is_empty() {
        row("errors", "none in the last hour", "");
        return Ok(());
    }
    row(
        "errors",
        &format!("{} in the last hour", errors.len()),
        "the last of them:",
    );
    for event in &errors[errors.len().saturating_sub(ERRORS)..] {
        println!("  {event}");
    }
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("?")
}
