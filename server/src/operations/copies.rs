//! Copies of a data folder.

use std::{
    fmt::Write as _,
    fs::OpenOptions,
    io::BufWriter,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use embedded::Restoration;

use super::{Report, Source};
use crate::{
    files::{PRIVATE, write_whole},
    folder::Folder,
};

/// The file of the secret that belongs to the backup in `backup`.
fn secret_of(backup: &Path) -> PathBuf {
    let mut name = backup.file_name().unwrap_or_default().to_owned();
    name.push(".secret");
    backup.with_file_name(name)
}

fn refuse_existing(path: &Path) -> anyhow::Result<()> {
    if path.try_exists()? {
        bail!("{} exists; nothing is overwritten", path.display());
    }
    Ok(())
}

/// Copies the database, and the secret beside it: without the secret, no ticket of the database can be verified.
pub(super) async fn backup(source: &Source, to: PathBuf) -> anyhow::Result<String> {
    let secret = secret_of(&to);
    refuse_existing(&to)?;
    refuse_existing(&secret)?;
    let text = std::fs::read(source.folder.secret()).context("the secret cannot be read")?;
    let (view, file) = (source.view.clone(), to.clone());
    tokio::task::spawn_blocking(move || view.backup(&file)).await??;
    write_whole(&secret, &text, PRIVATE).context("the secret cannot be copied")?;
    Ok(format!(
        "the database is in {}, and the secret in {}; restore needs both",
        to.display(),
        secret.display()
    ))
}

/// Writes all items to a file.
pub(super) async fn export(source: &Source, to: PathBuf) -> anyhow::Result<String> {
    let (view, path) = (source.view.clone(), to.clone());
    let exported = tokio::task::spawn_blocking(move || {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).mode(PRIVATE);
        let file = options.open(&path);
        let file = file.with_context(|| format!("{} cannot be made", path.display()))?;
        let mut writer = BufWriter::new(file);
        let count = view.export(&mut writer)?;
        let file = writer.into_inner().context("the file cannot be written")?;
        file.sync_all()?;
        anyhow::Ok(count)
    });
    let count = exported.await??;
    Ok(format!("{count} items are in {}", to.display()))
}

/// Puts a backup in the place of what a data folder holds. A database and a secret that stand there are kept under other names.
///
/// # Errors
/// A server has the folder open, the backup is damaged, or its secret is missing.
pub fn restore(backup: &Path, folder: &Folder) -> anyhow::Result<Report> {
    let secret = secret_of(backup);
    let text = std::fs::read(&secret);
    let text = text.with_context(|| format!("{} cannot be read", secret.display()))?;
    folder.create()?;
    let replaced = Restoration::prepare(backup, &folder.database())?.finish()?;
    let standing = folder.secret();
    let mut said = format!("{} is restored", folder.path().display());
    if let Some(replaced) = replaced {
        write!(said, "; what stood there is {}", replaced.display())?;
        if standing.try_exists()? && std::fs::read(&standing)? != text {
            let mut kept = replaced.into_os_string();
            kept.push(".secret");
            std::fs::rename(&standing, kept)?;
        }
    }
    write_whole(&standing, &text, PRIVATE)?;
    Ok(Report::good(said))
}
