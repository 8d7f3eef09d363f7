//! The command `cargo xtask down`.

use std::fs;

use anyhow::{Context as _, Result};

use crate::cli::Down;
use crate::emulator::Emulator;
use crate::folder::Folder;

/// Runs `cargo xtask down`.
pub(crate) fn run(options: &Down) -> Result<()> {
    if !options.all {
        return report(&Folder::of(&options.stack.name));
    }
    let folders = Folder::all();
    if folders.is_empty() {
        println!("no local stack runs");
    }
    folders.iter().try_for_each(report)
}

fn report(folder: &Folder) -> Result<()> {
    if !folder.path.exists() {
        println!("the local stack `{}` does not run", folder.name);
        return Ok(());
    }
    let _lock = folder.lock()?;
    if stop(folder)? {
        println!("the local stack `{}` is stopped", folder.name);
    } else {
        println!("the local stack `{}` does not run", folder.name);
    }
    Ok(())
}

/// Stops the emulator and removes its files, but keeps the log and the passwords. Returns whether the emulator was running.
pub(crate) fn stop(folder: &Folder) -> Result<bool> {
    let running = Emulator::running(folder)?;
    if let Some(emulator) = running {
        emulator.stop(folder)?;
    }
    for file in [folder.stack_json(), folder.emulator_json()] {
        if file.exists() {
            fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        }
    }
    for data in [folder.data(), folder.package(), folder.mail()] {
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("removing {}", data.display()))?;
        }
    }
    Ok(running.is_some())
}
