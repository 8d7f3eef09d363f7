//! The command `cargo xtask up`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use crate::cli::{Architecture, Up};
use crate::cloudformation::{Deployment, Outputs};
use crate::credentials::Credentials;
use crate::emulator::{Emulator, Lifetime, Mode};
use crate::files::{read_json, write_private_json};
use crate::folder::{Folder, require_space};
use crate::functions::Profile;
use crate::progress::Steps;
use crate::stack::Stack;
use crate::tools::Tools;
use crate::{after_deploy, aws::Aws, functions, log_events, seed};

/// Runs `cargo xtask up`.
pub(crate) fn run(options: &Up) -> Result<()> {
    let folder = Folder::of(&options.stack.name);
    let stack = bring_up(
        &folder,
        options.port,
        Lifetime::Detached,
        Mode::Plain,
        Profile::Dev,
    )?;
    print_summary(&stack, &folder);
    Ok(())
}

/// Builds, starts and deploys the stack, step by step. A step does nothing if its work is already done.
///
/// If an emulator is already running, its port, lifetime and mode stay unchanged.
pub(crate) fn bring_up(
    folder: &Folder,
    port: Option<u16>,
    lifetime: Lifetime,
    mode: Mode,
    profile: Profile,
) -> Result<Stack> {
    let _lock = folder.lock()?;
    require_space(1)?;
    Emulator::check_port(folder, port)?;
    let mut steps = Steps::new(8);
    let tools = steps.step("tools", Tools::install)?;
    let binaries = steps.noisy_step("build the functions", || build(profile))?;
    let emulator = steps.step("emulator", || {
        emulator(folder, &tools, port, lifetime, mode)
    })?;
    let mail = folder.mail();
    fs::create_dir_all(&mail).with_context(|| format!("making {}", mail.display()))?;
    let aws = Aws::local(&tools, &emulator.endpoint(), &folder.data().join("home"));
    let credentials = Credentials::of(folder)?;
    let name = folder.stack_name();
    let bucket = format!("{name}-code");
    let deployment = Deployment {
        aws: &aws,
        stack: &name,
        bucket: &bucket,
        package: &folder.package(),
    };
    let parameters = parameters(folder, emulator, &credentials);
    let fingerprint = functions::fingerprint(&binaries, &parameters)?;

    if let Some(stack) = unchanged(folder, &fingerprint)? {
        for title in ["deploy: nothing changed", "resources", "settings", "ready"] {
            steps.step(title, || Ok(()))?;
        }
        steps.step("accounts", || seed::accounts(&stack))?;
        return Ok(stack);
    }

    steps.step("deploy", || {
        functions::stage(&folder.package(), &binaries)?;
        deployment.delete_failed()?;
        deployment.upload()?;
        deployment.deploy(&parameters)
    })?;
    let outputs = steps.step("resources", || {
        deployment.check()?;
        deployment.outputs()
    })?;
    steps.step("settings that the emulator ignores in the template", || {
        after_deploy::complete(&aws, &outputs)
    })?;
    let stack = Stack::new(&outputs, emulator, &credentials, folder)?;
    steps.step("ready", || {
        seed::wait_until_ready(&stack.http_url)
            .with_context(|| api_log(&aws, &outputs))
            .map_err(|error| alive(folder, error))
    })?;
    steps.step("accounts", || seed::accounts(&stack))?;
    write_private_json(&folder.stack_json(), &stack)?;
    write_private_json(&deployed_json(folder), &fingerprint)?;
    Ok(stack)
}

fn build(profile: Profile) -> Result<Vec<(String, PathBuf)>> {
    functions::build(profile)?;
    functions::names()?
        .into_iter()
        .map(|name| Ok((name.clone(), functions::built(profile, &name)?)))
        .collect()
}

fn emulator(
    folder: &Folder,
    tools: &Tools,
    port: Option<u16>,
    lifetime: Lifetime,
    mode: Mode,
) -> Result<Emulator> {
    let Some(running) = Emulator::running(folder)? else {
        return Emulator::start(folder, tools, port, lifetime, mode);
    };
    if running.is_healthy() {
        return Ok(running);
    }
    running.stop(folder)?;
    Emulator::start(folder, tools, port, lifetime, mode)
}

fn parameters(folder: &Folder, emulator: Emulator, credentials: &Credentials) -> Vec<String> {
    vec![
        format!("Stage={}", folder.name),
        format!("Architecture={}", Architecture::of_host().parameter()),
        "LogRetentionDays=7".to_owned(),
        format!("AdminEmail={}", credentials.admin.email),
        format!("AdminPasswordHash={}", credentials.admin_password_hash),
        "SenderAddress=tickets@em-connect.example".to_owned(),
        // The rate can be high, because no mail leaves this machine.
        "SendingRate=1000".to_owned(),
        // All requests come from 127.0.0.1, so the limits for a source must be high.
        "LoginFailuresPerSource=1000000".to_owned(),
        "SignUpsPerSource=1000000".to_owned(),
        "CodesPerSource=1000000".to_owned(),
        "LiveTicketsPerSource=1000000".to_owned(),
        // Web pages from any port of this machine may call the API.
        "AllowedOrigins=*".to_owned(),
        format!("EndpointUrl={}", emulator.endpoint()),
    ]
}

fn deployed_json(folder: &Folder) -> PathBuf {
    // The file is in the emulator's data folder, because it describes what was deployed to this emulator. A new emulator is
    // empty and also starts with an empty folder.
    folder.data().join("deployed.json")
}

/// Returns the existing stack if it was deployed with the same fingerprint and its API is ready.
fn unchanged(folder: &Folder, fingerprint: &str) -> Result<Option<Stack>> {
    let deployed: Option<String> = read_json(&deployed_json(folder)).unwrap_or_default();
    if deployed.as_deref() != Some(fingerprint) {
        return Ok(None);
    }
    let Some(stack) = read_json::<Stack>(&folder.stack_json())? else {
        return Ok(None);
    };
    let healthy = stack
        .client()
        .get("/health/ready", None)
        .is_ok_and(|answer| answer.status == 200);
    Ok(healthy.then_some(stack))
}

fn api_log(aws: &Aws, outputs: &Outputs) -> String {
    let Some(lambda) = outputs.get("ApiFunctionName") else {
        return "(no api function)".to_owned();
    };
    let tail = log_events::tail(aws, lambda, 15);
    format!("the api function's last lines:\n{tail}")
}

/// Returns the reason why the emulator ended, if it has ended, because this reason explains more than `error`. Otherwise
/// returns `error`.
fn alive(folder: &Folder, error: anyhow::Error) -> anyhow::Error {
    match Emulator::running(folder) {
        Ok(None) => Emulator::died(folder),
        _ => error,
    }
}

fn print_summary(stack: &Stack, folder: &Folder) {
    let option = folder.option();
    println!();
    println!(
        "em-connect `{}` is up; its data is in memory and goes with it.",
        folder.name
    );
    println!();
    println!("  HTTP API    {}", stack.http_url);
    if let Some(pages) = pages_url(&stack.http_url) {
        println!("  pages       {pages}");
    }
    if let Some(url) = &stack.ws_url {
        println!("  WebSocket   {url}");
    }
    println!(
        "  emulator    {} (region {}, any credentials)",
        stack.endpoint_url, stack.region
    );
    println!("  table       {}", stack.table_name);
    if let Some(folder) = &stack.mail_dir {
        println!("  mail        {}", folder.display());
    }
    println!(
        "  functions   {}",
        stack
            .functions
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    );
    println!(
        "  admin       {}  {}",
        stack.admin.email, stack.admin.password
    );
    println!(
        "  organizer   {}  {}",
        stack.organizer.email, stack.organizer.password
    );
    println!("  all of it   {}", folder.stack_json().display());
    println!();
    println!("Next:");
    println!("  curl {}/openapi.json", stack.http_url);
    println!("  cargo xtask down{option}      stop it");
}

/// Returns the address of the pages. The links of pages begin at the root of a host, and the emulator gives each HTTP API a host
/// name of its own, which browsers resolve to this machine.
fn pages_url(http_url: &str) -> Option<String> {
    let (endpoint, id) = http_url.split_once("/_aws/execute-api/")?;
    let port = endpoint.rsplit_once(':')?.1;
    Some(format!("http://{id}.execute-api.localhost:{port}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_have_a_host_name_of_their_own() {
        let api = "http://127.0.0.1:4566/_aws/execute-api/a1b2";
        let pages = "http://a1b2.execute-api.localhost:4566/";
        assert_eq!(pages_url(api).unwrap(), pages);
        assert_eq!(pages_url("https://tickets.example.org"), None);
    }
}
