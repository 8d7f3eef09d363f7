//! `cargo xtask status`

mod counts;
mod functions;
mod health;
mod queues;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;

use self::health::Health;
use crate::aws::Aws;
use crate::cli::Named;
use crate::client::Client;
use crate::clock::now_millis;
use crate::emulator::Emulator;
use crate::folder::Folder;
use crate::log_events;
use crate::mail::folder::MailFolder;
use crate::printable::one_line;
use crate::seed;
use crate::stack::Stack;
use crate::tools::Tools;

/// Error lines that are shown, of the last hour.
const ERRORS: usize = 5;
/// Longer than any check of `/health/ready` may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the command: a section for each thing there is to know, and last what fails, if something does.
pub(crate) fn run(options: &Named) -> Result<ExitCode> {
    let folder = Folder::of(&options.name);
    let stack = Stack::of(&folder)?;
    let aws = stack.aws(&Tools::installed()?, &folder);
    let emulator = Emulator::running(&folder)?;
    let api = Client::new(&stack.http_url, PATIENCE);
    let health = Health::of(&api.get("/health/ready", None));

    println!("em-connect `{}`  {}", folder.name, stack.http_url);
    if let Some(emulator) = emulator {
        let word = if emulator.is_healthy() {
            "answers"
        } else {
            "does not answer"
        };
        let (pid, endpoint) = (emulator.pid, emulator.endpoint());
        println!("emulator, process {pid}  {endpoint}  {word}");
    }
    section("health", Ok(health.lines()));
    section("functions", functions::lines(&aws, &stack, emulator));
    section("queues", queues::lines(&stack));
    section("counts", Ok(counts(&api, &stack, &folder)));
    section("errors", errors(&aws, &stack));
    println!();
    println!("{}", health.conclusion());
    Ok(if health.is_ready() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whatever cannot be read leaves the other sections alone.
fn section(title: &str, lines: Result<Vec<String>>) {
    println!("\n{title}");
    let lines = lines.unwrap_or_else(|error| vec![format!("cannot be read: {error:#}")]);
    for line in lines {
        println!("  {}", one_line(&line));
    }
}

/// What the administrator is told, where there is somebody to tell it, and what lies in the mail folder.
fn counts(api: &Client, stack: &Stack, folder: &Folder) -> Vec<String> {
    let told = seed::login(api, &stack.admin, "the administrator logs in")
        .and_then(|token| api.get("/v1/admin/stats", Some(&token)))
        .ok()
        .filter(|answer| answer.status == 200);
    let mut lines = told.map_or_else(Vec::new, |answer| counts::lines(&answer.json));
    if let Ok(mails) = MailFolder::of(folder) {
        lines.push(format!("{} mails in the folder", mails.len()));
    }
    lines
}

fn errors(aws: &Aws, stack: &Stack) -> Result<Vec<String>> {
    let since = now_millis().saturating_sub(3_600_000);
    let mut errors = Vec::new();
    for (name, lambda) in &stack.functions {
        let events = log_events::since(aws, name, lambda, since)?;
        errors.extend(events.into_iter().filter(log_events::LogEvent::is_error));
    }
    errors.sort_by_key(|event| event.at);
    let mut lines = vec![match errors.len() {
        0 => "none in the last hour".to_owned(),
        count => format!("{count} in the last hour, the last of them:"),
    }];
    let last = &errors[errors.len().saturating_sub(ERRORS)..];
    lines.extend(last.iter().map(ToString::to_string));
    Ok(lines)
}
