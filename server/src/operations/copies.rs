//! Copies of a data folder.

use std::{
    fmt::Write as _,
    fs::OpenOptions,
    io::{BufWriter, ErrorKind},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use domain::keyrings::Keyrings;
use embedded::Restoration;

use super::{Report, Source};
use crate::{
    files::{PRIVATE, write_whole},
    folder::Folder,
};

/// Returns the path of the secret that belongs to a backup.
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

/// Puts a backup in the place of the database and the secret of a data folder. Both are kept under other names.
///
/// The secret is written first. A crash between the two writes leaves an older database beside the secret of the backup, and the
/// same restore can be run again.
///
/// # Errors
/// A server has the folder open, the backup is damaged, its secret is missing or damaged, or a file cannot be written.
pub fn restore(backup: &Path, folder: &Folder) -> anyhow::Result<Report> {
    let secret = secret_of(backup);
    let text = std::fs::read_to_string(&secret);
    let text = text.with_context(|| format!("{} cannot be read", secret.display()))?;
    Keyrings::read(&text.trim().into())
        .with_context(|| format!("{} cannot be used", secret.display()))?;
    folder.create()?;
    let restoration = Restoration::prepare(backup, &folder.database())?;
    let kept_secret = replace_secret(&folder.secret(), text.as_bytes())?;
    let kept_database = restoration.finish()?;
    let mut report = format!("{} is restored", folder.path().display());
    for kept in [kept_database, kept_secret].into_iter().flatten() {
        write!(report, "; what it replaced is {}", kept.display())?;
    }
    Ok(Report::good(report))
}

/// Writes a secret. A different one that is there is copied first; returns the path of that copy.
fn replace_secret(path: &Path, text: &[u8]) -> anyhow::Result<Option<PathBuf>> {
    let kept = match std::fs::read(path) {
        Ok(standing) if standing == text => return Ok(None),
        Ok(standing) => {
            let kept = embedded::name_for_replaced(path);
            write_whole(&kept, &standing, PRIVATE).context("the old secret cannot be kept")?;
            Some(kept)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).context("the old secret cannot be read"),
    };
    write_whole(path, text, PRIVATE).context("the secret cannot be written")?;
    Ok(kept)
}
