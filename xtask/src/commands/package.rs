//! The command `cargo xtask package`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::deploy::build;
use crate::cli::Package;
use crate::folder::{root, target};
use crate::progress::Steps;
use crate::tools::Tools;
use crate::zips;

/// The file that contains the checksums of all other files.
const CHECKSUMS: &str = "SHA256SUMS";

/// Runs `cargo xtask package`.
pub(crate) fn run(options: &Package) -> Result<()> {
    let mut steps = Steps::new(3);
    let tools = steps.step("tools", Tools::install)?;
    let binaries = steps.noisy_step("build the functions for Lambda", || {
        build::build(&tools, options.architecture)
    })?;
    let name = format!(
        "em-connect-{}-{}",
        env!("CARGO_PKG_VERSION"),
        options.architecture.parameter()
    );
    let folder = target().join("package").join(name);
    let template = fs::read_to_string(root().join("template.yaml"))?;
    steps.step("package", || pack(&folder, &template, &binaries))?;
    println!("\n{}", folder.display());
    print!("{}", fs::read_to_string(folder.join(CHECKSUMS))?);
    Ok(())
}

/// Empties the folder. Then writes a zip file for each function, the template that refers to the zip files, and the checksums.
fn pack(folder: &Path, template: &str, binaries: &[(String, PathBuf)]) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    fs::write(folder.join("template.yaml"), of_zips(template, binaries)?)?;
    for (name, binary) in binaries {
        let bytes = fs::read(binary).with_context(|| format!("reading {}", binary.display()))?;
        zips::write(&folder.join(format!("{name}.zip")), &bytes)?;
    }
    fs::write(folder.join(CHECKSUMS), checksums(folder)?)?;
    Ok(())
}

/// Returns the checksum of each file, one per line and sorted by file name, in the format of `sha256sum --check`.
fn checksums(folder: &Path) -> Result<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.sort();
    let mut lines = String::new();
    for file in files {
        let sum = Sha256::digest(fs::read(&file)?);
        let name = file.file_name().unwrap_or_default().display();
        for byte in sum {
            write!(lines, "{byte:02x}")?;
        }
        writeln!(lines, "  {name}")?;
    }
    Ok(lines)
}

/// Returns a template that refers to the zip files instead of the folders of a build.
fn of_zips(template: &str, binaries: &[(String, PathBuf)]) -> Result<String> {
    let mut template = template.to_owned();
    for (name, _) in binaries {
        let built = format!("CodeUri: target/lambda/{name}/\n");
        anyhow::ensure!(
            template.contains(&built),
            "template.yaml does not say `{}`",
            built.trim()
        );
        template = template.replace(&built, &format!("CodeUri: {name}.zip\n"));
    }
    Ok(template)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    use super::*;
    use crate::functions;
    use crate::process::output;
    use crate::tools::with_tools;

    /// Packs zip files for a release, with a small text instead of the binary of each function.
    fn packed(folder: &Path) {
        let bootstrap = folder.join("built");
        fs::write(&bootstrap, "#!/bin/sh\necho started\n").unwrap();
        let names = functions::names().unwrap();
        let binaries: Vec<_> = names
            .into_iter()
            .map(|name| (name, bootstrap.clone()))
            .collect();
        let template = fs::read_to_string(root().join("template.yaml")).unwrap();
        pack(&folder.join("package"), &template, &binaries).unwrap();
    }

    #[test]
    fn a_package_has_what_its_checksums_say_and_lambda_can_run_it() {
        let folder = tempfile::tempdir().unwrap();
        packed(folder.path());
        let package = folder.path().join("package");

        let template = fs::read_to_string(package.join("template.yaml")).unwrap();
        assert!(!template.contains("target/lambda"));
        for name in functions::names().unwrap() {
            assert!(
                template.contains(&format!("CodeUri: {name}.zip\n")),
                "{name}"
            );
        }
        let mut check = Command::new("sha256sum");
        output(check.args(["--check", "SHA256SUMS"]).current_dir(&package)).unwrap();

        let binary = fs::read(folder.path().join("built")).unwrap();
        assert_eq!(zips::read(&package.join("api.zip")).unwrap(), binary);
    }

    #[test]
    fn another_library_reads_the_zips() {
        let tools = with_tools!("runs Python's own reader of zips");
        let folder = tempfile::tempdir().unwrap();
        packed(folder.path());
        let unpack = "import sys, zipfile
info = zipfile.ZipFile(sys.argv[1]).infolist()
assert [entry.filename for entry in info] == ['bootstrap'], info
print(oct(info[0].external_attr >> 16))";
        let mut python = Command::new(tools.program("python"));
        python
            .args(["-c", unpack])
            .arg(folder.path().join("package/api.zip"));
        assert_eq!(output(&mut python).unwrap().trim(), "0o100755");
    }

    #[test]
    fn the_same_binaries_give_the_same_package() {
        let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        packed(one.path());
        packed(other.path());
        // The mode of the built binary does not matter, because every file in a zip file gets the same mode.
        let built = other.path().join("built");
        fs::set_permissions(&built, fs::Permissions::from_mode(0o700)).unwrap();
        packed(other.path());
        let sums = |folder: &Path| fs::read_to_string(folder.join("package/SHA256SUMS")).unwrap();
        assert_eq!(sums(one.path()), sums(other.path()));
    }

    #[test]
    fn a_function_that_the_template_does_not_name_is_told() {
        let binaries = [("nowhere".to_owned(), PathBuf::new())];
        assert!(of_zips("CodeUri: target/lambda/api/\n", &binaries).is_err());
    }
}
