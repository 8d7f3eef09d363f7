//! Builds the functions for Lambda, or takes them from an earlier build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cli::Architecture;
use crate::folder::{root, target};
use crate::functions;
use crate::problem::problem;
use crate::process::{cargo, output, run_visibly};
use crate::tools::Tools;
use crate::zips;

/// Builds the functions with cargo-lambda. Returns the name and the path of each function.
pub(in crate::commands) fn build(
    tools: &Tools,
    architecture: Architecture,
) -> Result<Vec<(String, PathBuf)>> {
    let (triple, flag) = match architecture {
        Architecture::Arm64 => ("aarch64-unknown-linux-gnu", "--arm64"),
        Architecture::X86_64 => ("x86_64-unknown-linux-gnu", "--x86-64"),
    };
    require_target(triple)?;
    let names = functions::names()?;
    let mut command = cargo();
    command
        .env("PATH", tools.search_path()?)
        .args(["lambda", "build", "--release", flag]);
    for name in &names {
        command.args(["--package", name]);
    }
    command.arg("--lambda-dir").arg(lambda_folder());
    run_visibly(&mut command, "cargo-lambda's messages above say why")?;
    Ok(names
        .into_iter()
        .map(|name| (name.clone(), lambda_folder().join(name).join("bootstrap")))
        .collect())
}

fn lambda_folder() -> PathBuf {
    target().join("lambda")
}

/// Fails if the Rust toolchain cannot build for the target `triple`. The check runs `rustc` instead of `rustup`, because some
/// toolchains were not installed by rustup.
fn require_target(triple: &str) -> Result<()> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let libraries =
        output(
            rustc
                .current_dir(root())
                .args(["--print", "target-libdir", "--target", triple]),
        )?;
    if PathBuf::from(libraries.trim()).exists() {
        return Ok(());
    }
    Err(problem(
        format!("the Rust toolchain cannot build for {triple}"),
        format!("run `rustup target add {triple}`, or choose another --architecture"),
    ))
}

/// Finds each function in `folder`. Unpacks zip files into the folder `unpacked`, after removing its old content.
///
/// # Errors
/// A function is missing, or was built for another machine.
pub(super) fn prebuilt(
    folder: &Path,
    unpacked: &Path,
    architecture: Architecture,
) -> Result<Vec<(String, PathBuf)>> {
    if unpacked.exists() {
        fs::remove_dir_all(unpacked).with_context(|| format!("removing {}", unpacked.display()))?;
    }
    let found = |name: String| {
        let binary = find(folder, unpacked, &name)?;
        require_architecture(&name, &binary, architecture)?;
        Ok((name, binary))
    };
    functions::names()?.into_iter().map(found).collect()
}

fn find(folder: &Path, unpacked: &Path, name: &str) -> Result<PathBuf> {
    let zip = folder.join(format!("{name}.zip"));
    if zip.is_file() {
        let bytes = zips::read(&zip)?;
        let binary = unpacked.join(name).join("bootstrap");
        fs::create_dir_all(unpacked.join(name))
            .and_then(|()| fs::write(&binary, bytes))
            .with_context(|| format!("writing {}", binary.display()))?;
        return Ok(binary);
    }
    let places = [folder.join(name).join("bootstrap"), folder.join(name)];
    let binary = places.into_iter().find(|place| place.is_file());
    binary.ok_or_else(|| {
        problem(
            format!("{} has no function {name}", folder.display()),
            format!("it must have {name}.zip, {name}/bootstrap, or the program {name} itself"),
        )
    })
}

/// Fails if the binary has another instruction set than `architecture`. Lambda would report this only when the function is
/// called.
fn require_architecture(name: &str, binary: &Path, architecture: Architecture) -> Result<()> {
    let bytes = fs::read(binary).with_context(|| format!("reading {}", binary.display()))?;
    let built_for = machine(&bytes);
    if built_for == Some(architecture) {
        return Ok(());
    }
    let what = built_for.map_or("no program for Lambda", Architecture::parameter);
    Err(problem(
        format!(
            "{name} is not for {}: {} is {what}",
            architecture.parameter(),
            binary.display()
        ),
        "name the right folder, or --architecture",
    ))
}

/// Returns the architecture of a 64-bit little-endian ELF file. It is read from `e_ident` and `e_machine` in the file's header.
fn machine(elf: &[u8]) -> Option<Architecture> {
    if elf.get(..6)? != b"\x7fELF\x02\x01" {
        return None;
    }
    match elf.get(18..20)? {
        [0x3e, 0] => Some(Architecture::X86_64),
        [0xb7, 0] => Some(Architecture::Arm64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(machine: u8) -> Vec<u8> {
        let mut header = b"\x7fELF\x02\x01".to_vec();
        header.resize(64, 0);
        header[18] = machine;
        header
    }

    /// Makes a temporary folder. Calls `put` once for each function, to write the function into the folder.
    fn folder_with(put: impl Fn(&Path, &str)) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in functions::names().unwrap() {
            put(folder.path(), &name);
        }
        folder
    }

    fn found(folder: &Path, architecture: Architecture) -> Result<Vec<(String, PathBuf)>> {
        prebuilt(folder, &folder.join("unpacked"), architecture)
    }

    #[test]
    fn programs_are_found_as_cargo_and_cargo_lambda_leave_them() {
        let plain = folder_with(|folder, name| fs::write(folder.join(name), elf(0xb7)).unwrap());
        let binaries = found(plain.path(), Architecture::Arm64).unwrap();
        assert_eq!(binaries.len(), functions::names().unwrap().len());
        let of_lambda = folder_with(|folder, name| {
            fs::create_dir(folder.join(name)).unwrap();
            fs::write(folder.join(name).join("bootstrap"), elf(0x3e)).unwrap();
        });
        let binaries = found(of_lambda.path(), Architecture::X86_64).unwrap();
        assert!(binaries[0].1.ends_with("api/bootstrap"), "{binaries:?}");
    }

    #[test]
    fn zips_are_unpacked() {
        let zipped = folder_with(|folder, name| {
            zips::write(&folder.join(format!("{name}.zip")), &elf(0xb7)).unwrap();
        });
        let binaries = found(zipped.path(), Architecture::Arm64).unwrap();
        let (name, api) = &binaries[0];
        assert_eq!(name, "api");
        assert_eq!(fs::read(api).unwrap(), elf(0xb7));
    }

    #[test]
    fn what_is_missing_or_for_another_machine_is_named() {
        let empty = tempfile::tempdir().unwrap();
        let error = found(empty.path(), Architecture::Arm64).unwrap_err();
        assert!(
            error.to_string().ends_with("has no function api"),
            "{error}"
        );
        let arm = folder_with(|folder, name| fs::write(folder.join(name), elf(0xb7)).unwrap());
        let error = found(arm.path(), Architecture::X86_64).unwrap_err();
        assert!(
            error.to_string().starts_with("api is not for x86_64: "),
            "{error}"
        );
        assert!(error.to_string().ends_with("is arm64"), "{error}");
        let text = folder_with(|folder, name| fs::write(folder.join(name), "#!/bin/sh").unwrap());
        let error = found(text.path(), Architecture::Arm64).unwrap_err();
        assert!(
            error.to_string().ends_with("is no program for Lambda"),
            "{error}"
        );
    }
}
