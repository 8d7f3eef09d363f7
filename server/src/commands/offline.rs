//! Commands that do one operation.

use std::path::{Path, PathBuf, absolute};

use anyhow::bail;
use clap::Args;

use super::{Folder, Operation, Place, control, operations};
use crate::settings::data_folder;

/// A data folder.
#[derive(Debug, Args)]
pub(super) struct At {
    #[command(flatten)]
    place: Place,
}

/// A data folder, and a file to write.
#[derive(Debug, Args)]
pub(super) struct To {
    /// File to write, which must not exist
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// A data folder, and a backup.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// File that `em-connect backup` wrote; the secret is read from the file beside it
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// The data folder, if there is one.
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
    pub(super) fn run(&self, operation: Operation) -> anyhow::Result<String> {
        control::run(existing(&self.place)?, operation)
    }
}

impl To {
    pub(super) fn run(&self, operation: impl Fn(PathBuf) -> Operation) -> anyhow::Result<String> {
        // The server may have another working directory.
        control::run(existing(&self.place)?, operation(absolute(&self.file)?))
    }
}

impl Restore {
    pub(super) fn run(&self) -> anyhow::Result<String> {
        let folder = Folder::at(data_folder(&self.place)?);
        operations::restore(Path::new(&self.file), &folder)
    }
}
