//! Commands that run one task on a data folder, and then end.

use std::path::{Path, PathBuf, absolute};

use anyhow::bail;
use clap::Args;

use super::{Folder, Operation, Place, Reading, Report, control, operations};
use crate::settings::data_folder;

/// Arguments of a command that needs only a data folder.
#[derive(Debug, Args)]
pub(super) struct At {
    #[command(flatten)]
    place: Place,
}

/// Arguments of a command that reads a data folder and writes a file.
#[derive(Debug, Args)]
pub(super) struct To {
    /// File to write, which must not exist
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Arguments of `em-connect restore`.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// Database file that `em-connect backup` wrote; the secret is read from the file beside it
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Returns the data folder that the settings name.
///
/// # Errors
/// The settings cannot be read, or the folder has no database.
pub(super) fn existing(place: &Place) -> anyhow::Result<Folder> {
    let folder = Folder::at(data_folder(place)?);
    if !folder.database().try_exists()? {
        bail!(
            "{} is no data folder; name it by --data, or make it by em-connect serve",
            folder.path().display()
        );
    }
    Ok(folder)
}

impl At {
    pub(super) fn run(&self, reading: Reading) -> anyhow::Result<Report> {
        control::run(existing(&self.place)?, Operation::Read(reading))
    }
}

impl To {
    pub(super) fn run(&self, reading: impl Fn(PathBuf) -> Reading) -> anyhow::Result<Report> {
        // The path is made absolute, because the server that runs the task may have another working directory than this
        // command.
        let operation = Operation::Read(reading(absolute(&self.file)?));
        control::run(existing(&self.place)?, operation)
    }
}

impl Restore {
    pub(super) fn run(&self) -> anyhow::Result<Report> {
        let folder = Folder::at(data_folder(&self.place)?);
        operations::restore(Path::new(&self.file), &folder)
    }
}
