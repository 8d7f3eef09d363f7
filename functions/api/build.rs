//! Compresses the contract, which would otherwise be three hundredths of the function.

use std::{
    error::Error,
    fs::{self, File},
    path::PathBuf,
};

use flate2::{Compression, write::GzEncoder};

const CONTRACT: &str = "../../openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={CONTRACT}");
    let contract = fs::read_to_string(CONTRACT)?;
    // A text in JSON contains no line break, so line breaks and indentation are only there for people who read the file.
    let contract: String = contract.lines().map(str::trim_start).collect();
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("openapi.json.gz");
    let mut gzip = GzEncoder::new(File::create(out)?, Compression::best());
    std::io::copy(&mut contract.as_bytes(), &mut gzip)?;
    gzip.finish()?;
    Ok(())
}
