//! `cargo xtask supply-chain`

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cargo_tools::CargoTool;
use crate::cli::SupplyChain;
use crate::folder::{root, target};
use crate::process::{output, run_visibly};

const CARGO_DENY: CargoTool = CargoTool {
    name: "cargo-deny",
    version: "0.20.2",
};
const CARGO_MACHETE: CargoTool = CargoTool {
    name: "cargo-machete",
    version: "0.9.2",
};
const CARGO_CYCLONEDX: CargoTool = CargoTool {
    name: "cargo-cyclonedx",
    version: "0.5.9",
};
/// Name of the file that the tool writes into each package's folder.
const LEFT: &str = "em-connect-sbom";

/// Runs the command.
///
/// # Errors
/// A tool cannot be installed, or a dependency breaks a rule.
pub(crate) fn run(options: &SupplyChain) -> Result<()> {
    let deny = CARGO_DENY.install()?;
    let help = "the messages above name the crate; deny.toml says what is allowed, and why";
    let checks = ["licenses", "bans", "sources"];
    run_visibly(
        in_root(&deny).args(["--locked", "check"]).args(checks),
        help,
    )?;
    if options.advisories {
        run_visibly(
            in_root(&deny).args(["--locked", "check", "advisories"]),
            help,
        )?;
    }
    let machete = CARGO_MACHETE.install()?;
    run_visibly(
        &mut in_root(&machete),
        "take the dependencies that it names out of that Cargo.toml",
    )?;
    let folder = target().join("sbom");
    write_sboms(&CARGO_CYCLONEDX.install()?, &folder)?;
    eprintln!(
        "what each function is made of: {}/*.cdx.json",
        folder.display()
    );
    Ok(())
}

/// Writes a software bill of materials (`CycloneDX`) for each function. The tool writes one beside every package.
fn write_sboms(tool: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let mut describe = in_root(tool);
    describe.args(["cyclonedx", "--format", "json", "--spec-version", "1.5"]);
    describe.args(["--target", "all", "--override-filename", LEFT]);
    output(&mut describe)?;
    let packages =
        output(in_root(Path::new("git")).args(["ls-files", "Cargo.toml", "*/Cargo.toml"]))?;
    for manifest in packages.lines() {
        let left = root().join(manifest).with_file_name(format!("{LEFT}.json"));
        if !left.exists() {
            continue;
        }
        let function = manifest
            .strip_prefix("functions/")
            .and_then(|rest| rest.strip_suffix("/Cargo.toml"));
        match function {
            Some(name) => fs::rename(&left, folder.join(format!("{name}.cdx.json"))),
            None => fs::remove_file(&left),
        }
        .with_context(|| format!("moving {}", left.display()))?;
    }
    Ok(())
}

fn in_root(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}
