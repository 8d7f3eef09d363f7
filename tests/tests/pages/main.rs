//! Tests of the app in `web/` by its own tools: the type checker, the tests of the rules, and people's whole stories in
//! Chromium, on a server of their own.
//!
//! Without Node or Chromium a test ends with a notice, because `cargo test --workspace` needs only Rust. With
//! `EM_CONNECT_BROWSER=required`, as in `.ci/run`, such a test fails.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use tests::project_folder;

/// The server that the pages are a part of.
const SERVER: &str = env!("CARGO_BIN_EXE_em-connect-under-test");
/// The variable with the path of Chromium, and the path on Debian. `web/playwright.config.ts` uses the same.
const CHROMIUM: (&str, &str) = ("CHROMIUM", "/usr/bin/chromium");

/// Makes the tests run one after another. A browser with too little processor time reaches its deadlines.
static TURN: Mutex<()> = Mutex::new(());

/// Ends the test if a tool is missing. The text names what the test runs.
macro_rules! in_a_browser {
    ($why:literal) => {
        if !tools_are_here($why) {
            return;
        }
    };
}

/// Returns whether Node, the packages of the app and Chromium are installed.
///
/// # Panics
/// They are not, but `EM_CONNECT_BROWSER` requires them.
fn tools_are_here(why: &str) -> bool {
    let missing = missing();
    let Some(missing) = missing else {
        return true;
    };
    let is_required = std::env::var_os("EM_CONNECT_BROWSER").is_some();
    assert!(!is_required, "{missing}; this test {why}");
    eprintln!("skipped: {missing}; this test {why}");
    false
}

fn missing() -> Option<String> {
    let packages = web().join("node_modules/.package-lock.json");
    let runs = |program: &str| Command::new(program).arg("--version").output().is_ok();
    let chromium = std::env::var(CHROMIUM.0).unwrap_or_else(|_| CHROMIUM.1.to_owned());
    if !runs("npm") {
        Some("npm is not installed".to_owned())
    } else if !packages.exists() {
        Some(format!("no {}: run `npm ci` in web", packages.display()))
    } else if !runs(&chromium) {
        Some(format!("there is no {chromium}"))
    } else {
        None
    }
}

fn web() -> PathBuf {
    project_folder().join("web")
}

/// Runs a script of `web/package.json`, whose output goes to the test's output.
#[track_caller]
fn npm(script: &str) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", script]).current_dir(web());
    let ended = npm.env("EM_CONNECT_BIN", SERVER).output();
    let ended = ended.unwrap_or_else(|error| panic!("npm: {error}"));
    let output = [ended.stdout, ended.stderr].concat();
    let output = String::from_utf8_lossy(&output);
    println!("{output}");
    assert!(ended.status.success(), "`npm run {script}` failed");
}

#[test]
fn the_app_has_the_types_of_the_contract_and_all_texts() {
    in_a_browser!("runs the type checker");
    npm("check");
}

#[test]
fn the_rules_of_the_app_hold() {
    in_a_browser!("runs Vitest");
    npm("test");
}

#[test]
fn people_reach_their_aims_in_chromium() {
    in_a_browser!("runs Playwright in Chromium");
    npm("e2e");
}
