//! Zip files of functions in the form that Lambda expects: each has one executable file, `bootstrap`.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The name of the file that Lambda runs.
const BOOTSTRAP: &str = "bootstrap";
/// The compression level that gives the smallest file.
const LEVEL: i64 = 9;

/// Writes a zip file that contains `binary`. The same binary gives the same zip file, because it has a fixed time and mode.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write(path: &Path, binary: &[u8]) -> Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o755);
    let written = || {
        let mut zip = ZipWriter::new(File::create(path)?);
        zip.start_file(BOOTSTRAP, options)?;
        zip.write_all(binary)?;
        zip.finish()?;
        anyhow::Ok(())
    };
    written().with_context(|| format!("writing {}", path.display()))
}

/// Returns the binary that a zip file contains.
///
/// # Errors
/// The file cannot be read, is not a zip file, or has no `bootstrap`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let read = || {
        let mut zip = ZipArchive::new(File::open(path)?)?;
        let mut binary = Vec::new();
        zip.by_name(BOOTSTRAP)?.read_to_end(&mut binary)?;
        anyhow::Ok(binary)
    };
    read().with_context(|| format!("reading {BOOTSTRAP} of {}", path.display()))
}
