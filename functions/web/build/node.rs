//! Runs Node and npm.

use std::{error::Error, fs, path::Path, process::Command};

/// The oldest version of Node that builds the app.
const OLDEST_NODE: u32 = 20;

/// Checks that Node and npm are installed.
///
/// # Errors
/// One of them is missing, or Node is too old. The error names it.
pub(crate) fn usable() -> Result<(), String> {
    let version = output("node", &["--version"]).ok_or("Node is not installed")?;
    let major = version.trim_start_matches('v').split('.').next();
    let major: u32 = major.and_then(|text| text.parse().ok()).unwrap_or(0);
    if major < OLDEST_NODE {
        let version = version.trim();
        return Err(format!(
            "Node {version} is older than version {OLDEST_NODE}"
        ));
    }
    output("npm", &["--version"]).ok_or("npm is not installed")?;
    Ok(())
}

/// Installs the packages of the app, unless they are installed already.
///
/// # Errors
/// The packages cannot be installed, usually because there is no network.
pub(crate) fn install(web: &Path) -> Result<(), String> {
    let changed = |path: &str| fs::metadata(web.join(path)).and_then(|file| file.modified());
    let installed = changed("node_modules/.package-lock.json");
    let wanted = changed("package-lock.json");
    if let (Ok(installed), Ok(wanted)) = (installed, wanted)
        && installed >= wanted
    {
        return Ok(());
    }
    let arguments = ["ci", "--no-audit", "--no-fund"];
    run(web, &arguments).map_err(|error| format!("npm cannot install the packages of web: {error}"))
}

/// Builds the app.
///
/// # Errors
/// The app has a mistake. The error contains npm's message.
pub(crate) fn build(web: &Path) -> Result<(), Box<dyn Error>> {
    Ok(run(web, &["run", "build"])?)
}

fn run(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut npm = Command::new("npm");
    let npm = npm.args(arguments).current_dir(web);
    // Tests use the system's browser.
    let npm = npm
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        // With this variable, the app is built into another folder.
        .env_remove("BUILD_NAME");
    let output = npm.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let reported = [output.stdout, output.stderr].concat();
    Err(format!(
        "npm {} failed:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&reported)
    ))
}

/// Returns the output of a program; `None` if the program is not installed or fails.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(text)
}
