//! The command `cargo xtask test`.

mod conformance;
mod contract;
mod decisions;
mod memory;
mod results;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::num::NonZero;
use std::process::{Command, ExitCode, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};

use self::results::Counts;
use super::{down, up};
use crate::abandoned;
use crate::cli::Test;
use crate::emulator::{Emulator, Lifetime, Mode};
use crate::folder::{Folder, StackName};
use crate::functions::Profile;
use crate::log_events;
use crate::problem::render;
use crate::process::cargo;
use crate::stack::Stack;
use crate::tools::{PYTHON_CLIENT, Tools};

/// Cargo's arguments for the tests that cause faults of the emulator. These tests have a stack of their own, because the faults
/// would make all other tests fail.
const FAULTS: [&str; 5] = ["test", "--workspace", "--test", "faults", "--no-fail-fast"];
/// Cargo's arguments for the targets whose tests use the stack or the tools. `cargo test --workspace` runs all other targets.
const WITH_THE_STACK: [&str; 7] = [
    "--lib", "--bin", "xtask", "--test", "blackbox", "--test", "project",
];
/// Cargo's arguments for the black-box suite alone.
const BLACKBOX: [&str; 2] = ["--test", "blackbox"];
/// Test targets that run after all others, because each of them needs the stack for itself.
const AT_THE_END: [&str; 2] = ["costs", "left_behind"];

/// Runs `cargo xtask test`. The last line that it prints is always the number of passed and failed tests.
pub(crate) fn run(options: &Test) -> ExitCode {
    let mut counts = Counts::default();
    let ok = run_all(options, &mut counts).unwrap_or_else(|error| {
        eprintln!("{}", render(&error));
        false
    });
    println!("{counts}");
    if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs all tests on a new stack. Returns whether every test passed.
fn run_all(options: &Test, counts: &mut Counts) -> Result<bool> {
    abandoned::remove("test-");
    if !options.contract && !options.faults {
        // One of the tests generates a Python client of the API with this tool.
        Tools::install_other(PYTHON_CLIENT)?;
    }
    // The stack's name contains the process number, so that two runs at the same time use different stacks.
    let name: StackName = format!("test-{}", std::process::id())
        .parse()
        .map_err(anyhow::Error::msg)?;
    let folder = Folder::of(&name);
    let lifetime = if options.keep {
        Lifetime::Detached
    } else {
        Lifetime::WithXtask
    };
    let mode = match options {
        Test { iam: true, .. } => Mode::Roles,
        Test { faults: true, .. } => Mode::Faults,
        _ => Mode::Plain,
    };
    let result = up::bring_up(&folder, None, lifetime, mode, Profile::Tests).and_then(|stack| {
        let ok = tests(options, &folder, &stack, counts)?;
        let ok = ok & conformance::check(&stack, counts)?;
        Ok(ok & (!options.iam || roles_are_right(options, &folder, &stack)?))
    });
    if let Ok(false) = result {
        explain(&folder);
    }
    if options.keep {
        eprintln!(
            "the stack is left running; stop it with `cargo xtask down{}`",
            folder.option()
        );
        return result;
    }
    down::stop(&folder)?;
    if let Ok(true) = result {
        fs::remove_dir_all(&folder.path)
            .with_context(|| format!("removing {}", folder.path.display()))?;
    }
    result
}

/// Returns whether the roles of functions allowed every call. If the whole black-box suite ran, returns whether they grant
/// nothing else, except what docs/permissions.md explains.
fn roles_are_right(options: &Test, folder: &Folder, stack: &Stack) -> Result<bool> {
    let decisions = decisions::read(folder)?;
    let ok = decisions::all_allowed(&decisions);
    let whole_suite = options.cargo_args.is_empty() || options.cargo_args == BLACKBOX;
    if !whole_suite {
        eprintln!(
            "roles: unused permissions are found only after `--iam` or `--iam -- {} {}`",
            BLACKBOX[0], BLACKBOX[1]
        );
        return Ok(ok);
    }
    Ok(ok & decisions::all_used_or_explained(&decisions, folder, stack)?)
}

/// Runs and counts all tests. Returns whether every test passed.
fn tests(options: &Test, folder: &Folder, stack: &Stack, counts: &mut Counts) -> Result<bool> {
    if options.contract {
        return contract::run(folder, stack, counts);
    }
    let mut command = cargo();
    if options.faults {
        let seed = options.seed.unwrap_or_else(seed_of_now);
        println!(
            "the seed is {seed}; `cargo xtask test --faults --seed {seed}` makes the same faults"
        );
        command.args(FAULTS).args(&options.cargo_args).args([
            "--",
            "--nocapture",
            "--test-threads=1",
        ]);
        command
            .env("EM_CONNECT_FAULTS", folder.faults())
            .env("EM_CONNECT_SEED", seed.to_string());
    } else {
        command.args(["test", "--workspace", "--no-fail-fast"]);
        if options.cargo_args.is_empty() {
            command.args(WITH_THE_STACK);
        }
        command.args(&options.cargo_args);
    }
    command.env("EM_CONNECT_STACK", folder.stack_json());
    // Three tests run at the same time for each processor, because tests also wait. With two tests for each, the processors
    // were idle for a sixth of the time.
    let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
    command.env("RUST_TEST_THREADS", (3 * cores).to_string());
    let mut ok = stream(&mut command, counts)?;
    if options.cargo_args.is_empty() && !options.faults {
        for target in AT_THE_END {
            let mut command = cargo();
            // The tests were built with the features of all packages. With `--workspace`, this command uses the same features,
            // so cargo builds nothing once more.
            command.args(["test", "--workspace", "--test", target]);
            ok &= stream(command.env("EM_CONNECT_STACK", folder.stack_json()), counts)?;
        }
        ok &= memory::check(stack, counts);
    }
    match Emulator::running(folder)? {
        Some(emulator) if emulator.pid == stack.pid => Ok(ok && counts.failed == 0),
        _ => Err(Emulator::died(folder).context("while the tests ran")),
    }
}

/// Returns a seed for the faults. It differs between runs, and is short enough to be typed.
fn seed_of_now() -> u32 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.subsec_micros())
}

/// Runs a command of cargo, prints its output, and counts the tests in the output.
fn stream(command: &mut Command, counts: &mut Counts) -> Result<bool> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("starting cargo test")?;
    let output = child.stdout.take().context("cargo test has no output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        counts.add_line(&line);
        println!("{line}");
    }
    Ok(child.wait()?.success())
}

fn explain(folder: &Folder) {
    eprintln!(
        "\nthe emulator's log is {}",
        folder.emulator_log().display()
    );
    let (Ok(stack), Ok(tools)) = (Stack::of(folder), Tools::installed()) else {
        return;
    };
    if let Some(lambda) = stack.functions.get("api") {
        let tail = log_events::tail(&stack.aws(&tools, folder), lambda, 20);
        eprintln!("the api function's last lines:\n{tail}");
    }
}
