//! The command `cargo xtask rotate-secret`.

use std::fs;

use anyhow::{Context as _, Result};
use domain::keys::keyrings::{Rotation, Secrets};
use jiff::Timestamp;
use secrecy::SecretString;

use crate::aws::Aws;
use crate::cli::rotate_secret::RotateSecret;
use crate::cloudformation;
use crate::credentials::random_text;
use crate::files::write_private_json;
use crate::folder::{Folder, target};
use crate::problem::problem;
use crate::secret::LENGTH;
use crate::stack::Stack;
use crate::tools::Tools;

/// Runs `cargo xtask rotate-secret`.
pub(crate) fn run(options: &RotateSecret) -> Result<()> {
    let (aws, stack) = target_of(options)?;
    let id = secret_id(&aws, &stack)?;
    let mut secrets = Secrets::read(&read(&aws, &id)?)?;
    let now = now()?;
    println!("the secrets of {stack}, the newest first:");
    show(&secrets, now);
    let rotation = Rotation::of(options.leaked, options.drop_previous);
    rotation.apply(&mut secrets, now, options.lead, || {
        anyhow::Ok(random_text(LENGTH)?.into())
    })?;
    if options.dry_run {
        println!("\nwould become:");
    } else {
        write(&aws, &id, &secrets)?;
        println!("\nbecame:");
    }
    show(&secrets, now);
    println!("\n{}", rotation.what_follows());
    Ok(())
}

/// Returns the current time in whole seconds.
fn now() -> Result<Timestamp> {
    Ok(Timestamp::from_second(Timestamp::now().as_second())?)
}

fn show(secrets: &Secrets, now: Timestamp) {
    for line in secrets.lines(now) {
        println!("  {line}");
    }
}

fn target_of(options: &RotateSecret) -> Result<(Aws, String)> {
    let tools = Tools::installed()?;
    let Some(stage) = &options.stage else {
        let folder = Folder::of(&options.stack.name);
        let stack = Stack::of(&folder)?;
        return Ok((stack.aws(&tools, &folder), folder.stack_name()));
    };
    let aws = Aws::environment(
        &tools,
        options.region.as_deref(),
        options.profile.clone(),
        options.endpoint_url.clone(),
    )?;
    Ok((aws, format!("em-connect-{stage}")))
}

/// Returns the id of the deployment's secret in Secrets Manager. Fails if the stack has no output with this id, because an
/// older version deployed such a stack. Its functions would read the several secrets of a rotation as one secret.
fn secret_id(aws: &Aws, stack: &str) -> Result<String> {
    let mut outputs = cloudformation::outputs(aws, stack)?;
    outputs.remove("SecretId").ok_or_else(|| {
        problem(
            format!("{stack} was deployed by a version that knows one secret only"),
            "deploy this version first",
        )
    })
}

fn read(aws: &Aws, id: &str) -> Result<SecretString> {
    let answer = aws.json(&["secretsmanager", "get-secret-value", "--secret-id", id])?;
    let text = answer["SecretString"].as_str();
    text.map(SecretString::from)
        .context("the secret has no text")
}

/// Stores the secrets of a deployment under the id `id`, and checks that they were stored.
fn write(aws: &Aws, id: &str, secrets: &Secrets) -> Result<()> {
    // The secrets are passed in a file and not on the command line, because other users could read them in the list of
    // processes.
    let file = target().join(format!("secret-{}.json", std::process::id()));
    write_private_json(&file, secrets)?;
    let from = format!("file://{}", file.display());
    let put = ["secretsmanager", "put-secret-value", "--secret-id", id];
    let result = aws.run(&[&put[..], &["--secret-string", &from]].concat());
    let removed = fs::remove_file(&file);
    result?;
    removed.with_context(|| format!("removing {}", file.display()))?;
    if Secrets::read(&read(aws, id)?)? == *secrets {
        return Ok(());
    }
    Err(problem(
        "the secret was written, and reads otherwise",
        "somebody else may have written it at the same time: run the command with --dry-run to see how it stands",
    ))
}
