//! Embeds the app, which Node builds from `web/`, into the program.
//!
//! Without Node 20, a build that was made earlier is embedded. If there is none, the program contains no app, and the build
//! prints a warning.

#[path = "build/node.rs"]
mod node;
#[path = "build/table.rs"]
mod table;

use std::{
    error::Error,
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The files and folders of `web/` from which the app is built.
const SOURCES: [&str; 11] = [
    ".npmrc",
    "messages",
    "package-lock.json",
    "package.json",
    "scripts",
    "src",
    "static",
    "styles",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
];
/// The contract, from which the app's client is generated.
const CONTRACT: &str = "../openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    let web = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../web");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let sources: Vec<PathBuf> = SOURCES
        .into_iter()
        .chain([CONTRACT])
        .map(|path| web.join(path))
        .filter(|path| path.exists())
        .collect();
    for source in &sources {
        println!("cargo::rerun-if-changed={}", source.display());
    }
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-env-changed=PATH");
    // Cargo may run this script for two profiles at once, but both build the app in the same folder.
    let lock = File::create(web.join(".lock"))?;
    lock.lock()?;
    let manifest = web.join("build/manifest.json");
    if !is_current(&manifest, &sources)? {
        bring_up_to_date(&web, &manifest)?;
    }
    table::write(&web.join("build"), &out)
}

/// Builds the app. If Node or the packages are missing, warns instead.
fn bring_up_to_date(web: &Path, manifest: &Path) -> Result<(), Box<dyn Error>> {
    let lack = match node::usable() {
        Ok(()) => match node::install(web) {
            Ok(()) => return node::build(web),
            Err(lack) => lack,
        },
        Err(lack) => lack,
    };
    // Another process may write a build later. This script then runs again.
    println!("cargo::rerun-if-changed={}", manifest.display());
    let consequence = if manifest.exists() {
        "an older build of the app, web/build, is part of the program"
    } else {
        "the program has no pages for accounts, organizers and doors, and public pages have no script"
    };
    println!("cargo::warning={lack}: {consequence}");
    Ok(())
}

/// Returns whether the build is newer than all its sources.
fn is_current(manifest: &Path, sources: &[PathBuf]) -> Result<bool, Box<dyn Error>> {
    let Ok(built) = fs::metadata(manifest) else {
        return Ok(false);
    };
    let built = built.modified()?;
    for source in sources {
        if changed(source)? > built {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns the time of the last change of a file, or of a folder and everything in it.
fn changed(path: &Path) -> Result<SystemTime, Box<dyn Error>> {
    let metadata = fs::metadata(path)?;
    let mut last = metadata.modified()?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            last = last.max(changed(&entry?.path())?);
        }
    }
    Ok(last)
}
