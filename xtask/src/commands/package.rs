//! `cargo xtask package`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::deploy::build;
use crate::cli::Package;
use crate::folder::{root, target};
use crate::process::output;
use crate::progress::Steps;
use crate::tools::Tools;

/// Runs the command.
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
    steps.step("package", || pack(&tools, &folder, &template, &binaries))?;
    println!("\n{}", folder.display());
    print!("{}", fs::read_to_string(folder.join("SHA256SUMS"))?);
    Ok(())
}

/// Fills the folder, whatever it had before: a zip for each function, the template that names them, and checksums.
fn pack(
    tools: &Tools,
    folder: &Path,
    template: &str,
    binaries: &[(String, PathBuf)],
) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    fs::write(folder.join("template.yaml"), of_zips(template, binaries)?)?;
    let mut zips = Command::new(tools.program("python"));
    zips.arg(root().join("xtask/package/zips.py")).arg(folder);
    for (name, binary) in binaries {
        zips.arg(format!("{name}={}", binary.display()));
    }
    output(&mut zips).map(|_| ())
}

/// The template, with a zip beside it in the place of each folder of a build.
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

    use super::*;
    use crate::functions;

    /// Packs what stands for a build of every function.
    fn packed(folder: &Path) {
        let bootstrap = folder.join("built");
        fs::write(&bootstrap, "#!/bin/sh\necho started\n").unwrap();
        let names = functions::names().unwrap();
        let binaries: Vec<_> = names
            .into_iter()
            .map(|name| (name, bootstrap.clone()))
            .collect();
        let template = fs::read_to_string(root().join("template.yaml")).unwrap();
        let tools = Tools::installed().unwrap();
        pack(&tools, &folder.join("package"), &template, &binaries).unwrap();
    }

    #[test]
    #[ignore = "runs Python's tools, which `cargo xtask test` installs"]
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

        let python = Tools::installed().unwrap().program("python");
        let unpack = "import sys, zipfile
info = zipfile.ZipFile(sys.argv[1]).infolist()
assert [entry.filename for entry in info] == ['bootstrap'], info
print(oct(info[0].external_attr >> 16))";
        let mode = output(
            Command::new(&python)
                .args(["-c", unpack])
                .arg(package.join("api.zip")),
        );
        assert_eq!(mode.unwrap().trim(), "0o100755");
    }

    #[test]
    #[ignore = "runs Python's tools, which `cargo xtask test` installs"]
    fn the_same_binaries_give_the_same_package() {
        let [one, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        packed(one.path());
        packed(other.path());
        // Only what it does shows in a zip.
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
