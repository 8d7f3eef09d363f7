//! Costs of a function in figures that do not depend on how busy the machine is: bytes, instructions, calls, but no times.
//!
//! A function runs as on Lambda, but its runtime API and AWS are stand-ins on the loopback interface, reached by http. The
//! figures include TLS at start-up, but not TLS of connections.

mod process;
pub(crate) mod requests;
mod runtime_api;
mod wire;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use flate2::{Compression, write::DeflateEncoder};

#[cfg(test)]
pub(crate) use self::wire::Traffic;
use self::{process::Subject, wire::Wire};
use crate::{aws::LOCAL_REGION, folder::target};

/// Bytes that a zip file adds to the compressed bytes of its one entry, `bootstrap` ("APPNOTE.TXT", PKWARE: local header,
/// central directory, end of central directory).
const ZIP_HEADERS: u64 = 30 + 46 + 22 + 2 * 9;

/// Variables of all functions, with values that make no calls.
const VARIABLES: [(&str, &str); 16] = [
    ("STAGE", "measured"),
    ("TABLE_NAME", "measured"),
    ("SECRET_ID", "secret"),
    ("QUEUES", "{}"),
    ("MAIL_QUEUE_URL", QUEUE_URL),
    ("MAIL_QUEUE_ARN", "arn:aws:sqs:us-east-1:000000000000:q"),
    ("TICKETS_QUEUE_URL", QUEUE_URL),
    ("LIVE_QUEUE_URL", QUEUE_URL),
    ("PUSH_QUEUE_URL", QUEUE_URL),
    ("DEAD_LETTER_QUEUE_URL", QUEUE_URL),
    ("REMINDER_GROUP", "measured"),
    ("REMINDER_ROLE_ARN", "arn:aws:iam::000000000000:role/r"),
    ("CONNECTIONS_URL", "http://127.0.0.1:1"),
    ("PUBLIC_URL", "https://measured.example"),
    ("SENDING_RATE", "1"),
    ("SENDERS", "1"),
];
const QUEUE_URL: &str = "http://127.0.0.1:1/000000000000/q";

/// Costs of a function before it does anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Size of the binary as it is deployed.
    pub(crate) file_bytes: u64,
    /// Size of the binary's zip file.
    pub(crate) zip_bytes: u64,
    /// Instructions from exec until the function requests its first invocation.
    pub(crate) instructions_to_next: u64,
    /// The most memory that the function has held until then.
    pub(crate) resident_bytes: u64,
}

/// Measures the function `name`, built as `binary`, and keeps the profile of its start-up in [`profile`].
///
/// # Errors
/// The function does not start, or valgrind is missing.
pub(crate) fn function(name: &str, binary: &Path) -> Result<Figures> {
    let bytes = fs::read(binary).with_context(|| format!("reading {}", binary.display()))?;
    let aws = Wire::stand_in()?;
    let subject = Subject {
        binary: binary.to_owned(),
        environment: environment(&aws.url(), VARIABLES),
    };
    let measuring = || format!("measuring {name}");
    Ok(Figures {
        file_bytes: bytes.len() as u64,
        zip_bytes: zipped(&bytes)?,
        instructions_to_next: subject
            .instructions(vec![], &profile(name)?)
            .with_context(measuring)?
            .cost,
        resident_bytes: subject.resident(vec![]).with_context(measuring)?.cost,
    })
}

/// Returns the path of a run's profile, for `callgrind_annotate`.
pub(crate) fn profile(run: &str) -> Result<PathBuf> {
    let folder = target().join("callgrind");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder.join(format!("{run}.out")))
}

/// Returns the environment of a function whose AWS is at `endpoint`.
fn environment<'a>(
    endpoint: &'a str,
    variables: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<(String, String)> {
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
    ];
    let variables = variables.into_iter().chain(of_lambda);
    // The address comes last, so that it overrides others.
    variables
        .chain([("AWS_ENDPOINT_URL", endpoint)])
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Returns the size of a zip file with `bytes` as its only entry, as `aws cloudformation package` makes it.
fn zipped(bytes: &[u8]) -> Result<u64> {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(bytes).context("compressing")?;
    let deflated = deflated.finish().context("compressing")?;
    Ok(deflated.len() as u64 + ZIP_HEADERS)
}
