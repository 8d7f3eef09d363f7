//! Measures functions in bytes and instructions. It measures no times, because times depend on how busy the machine is.
//!
//! A function runs as it does on Lambda, with the environment and the emulator of a running stack. Only the runtime API is
//! replaced, by a stand-in on the loopback interface. The figures include the start of TLS, but no TLS connections.

mod process;
mod requests;
mod runtime_api;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use flate2::{Compression, write::DeflateEncoder};
use serde_json::Value;

use self::process::Subject;
use crate::aws::LOCAL_REGION;
use crate::budgets::Figures;
use crate::folder::{Folder, target};
use crate::functions::{self, Profile};
use crate::stack::Stack;
use crate::tools::Tools;

/// Number of bytes that a zip file adds to the compressed bytes of its only entry, `bootstrap` ("APPNOTE.TXT", PKWARE: local
/// header, central directory, end of central directory).
const ZIP_HEADERS: u64 = 30 + 46 + 22 + 2 * 9;

/// Measures all functions, which must already be built for release. They run beside the functions of a running stack.
///
/// # Errors
/// A function does not start, a function does not answer as it should, or valgrind is missing.
pub(crate) fn everything(stack: &Stack, folder: &Folder) -> Result<Figures> {
    let mut figures = Figures::new();
    for name in functions::names()? {
        let measuring = || format!("measuring {name}");
        let subject = subject(stack, folder, &name)?;
        let bytes = fs::read(&subject.binary).with_context(measuring)?;
        let started = subject.instructions(vec![], &profile(&name)?);
        let resident = subject.idle(vec![]).with_context(measuring)?.resident_bytes;
        for (figure, value) in [
            ("bytes", bytes.len() as u64),
            ("bytes as a zip", zipped(&bytes)?),
            ("instructions to /next", started.with_context(measuring)?.1),
            ("bytes resident at /next", resident),
        ] {
            figures.insert(format!("{name}: {figure}"), value);
        }
    }
    let api = subject(stack, folder, "api")?;
    figures.extend(requests::instructions(stack, &api)?);
    Ok(figures)
}

/// Returns the path of the file to which callgrind writes the profile of the run with the name `run`. `callgrind_annotate` can
/// read this file.
fn profile(run: &str) -> Result<PathBuf> {
    let folder = target().join("callgrind");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder.join(format!("{run}.out")))
}

/// Returns the function called `name` with its environment: the variables that it has on the stack, and those that Lambda adds.
fn subject(stack: &Stack, folder: &Folder, name: &str) -> Result<Subject> {
    let lambda = stack.functions.get(name);
    let lambda = lambda.with_context(|| format!("the stack has no {name}"))?;
    let aws = stack.aws(&Tools::installed()?, folder);
    let call = ["lambda", "get-function-configuration", "--function-name"];
    let described = aws.json(&[call.as_slice(), &[lambda]].concat())?;
    let variables = described.pointer("/Environment/Variables");
    let variables = variables.and_then(Value::as_object);
    let variables = variables.with_context(|| format!("{lambda} has no environment"))?;
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    let of_lambda = [
        ("AWS_LAMBDA_FUNCTION_NAME", "measured"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "measured"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "measured"),
        ("AWS_REGION", LOCAL_REGION),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_SESSION_TOKEN", "test"),
        // This variable comes last, so that it overrides a variable of the stack with the same name.
        ("AWS_ENDPOINT_URL", &stack.endpoint_url),
    ];
    let of_lambda = of_lambda.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Subject {
        binary: functions::built(Profile::Release, name)?,
        environment: variables
            .into_iter()
            .filter_map(text)
            .chain(of_lambda)
            .collect(),
    })
}

/// Returns the size of the zip file that `aws cloudformation package` makes if `bytes` is the only entry.
fn zipped(bytes: &[u8]) -> Result<u64> {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(bytes).context("compressing")?;
    let deflated = deflated.finish().context("compressing")?;
    Ok(deflated.len() as u64 + ZIP_HEADERS)
}
