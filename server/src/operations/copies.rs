//! Copies a data folder, or restores it from a copy.

use std::{
    fmt::Write as _,
    io::{self, BufWriter, ErrorKind, Write as _},
    path::{Component, Path, PathBuf},
};

use anyhow::Context as _;
use domain::keys::keyrings::Keyrings;
use embedded::Restoration;

use super::{Report, Source};
use crate::{
    files::{PRIVATE, write_new, write_whole},
    folder::Folder,
};

/// Returns the path of the secret file that belongs to the database backup at the path `backup`.
fn secret_of(backup: &Path) -> PathBuf {
    with_suffix(backup, ".secret")
}

/// Returns the path with `suffix` added to the file name.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Copies the database, and copies the secret to a file next to it, because no ticket of the database can be verified without
/// the secret. If one of the two copies fails, neither of them is left.
pub(super) async fn backup(source: &Source, to: PathBuf) -> anyhow::Result<String> {
    let secret = secret_of(&to);
    let report = format!(
        "the database is in {}, and the secret in {}; restore needs both",
        to.display(),
        secret.display()
    );
    let text = std::fs::read(source.folder.secret()).context("the secret cannot be read")?;
    let view = source.view.clone();
    let copied = tokio::task::spawn_blocking(move || {
        write_new(&secret, |file| file.write_all(&text))
            .with_context(|| format!("{} cannot be written", secret.display()))?;
        let copied = view.backup(&to);
        if copied.is_err() {
            let _ = std::fs::remove_file(&secret);
        }
        copied.with_context(|| format!("{} cannot be written", to.display()))
    });
    copied.await??;
    Ok(report)
}

/// Writes all items to a file, in the format that `DynamoDB` imports. Writes the objects, which are the files of pictures, to a
/// folder next to it, with the names that they have in S3. Makes no folder if there are none.
pub(super) async fn export(source: &Source, to: PathBuf) -> anyhow::Result<String> {
    let (view, path) = (source.view.clone(), to.clone());
    let folder = with_suffix(&to, ".pictures");
    let pictures = folder.clone();
    let exported = tokio::task::spawn_blocking(move || {
        let count = write_new(&path, |file| {
            anyhow::Ok(view.export(&mut BufWriter::new(file))?)
        })
        .with_context(|| format!("{} cannot be written", path.display()))?;
        let objects = view.each_object(|name, content| write_object(&pictures, name, content));
        let objects =
            objects.with_context(|| format!("{} cannot be written", pictures.display()))?;
        anyhow::Ok((count, objects))
    });
    let (count, objects) = exported.await??;
    let mut report = format!("{count} items are in {}", to.display());
    if objects > 0 {
        let folder = folder.display();
        write!(report, ", and {objects} files of pictures in {folder}")?;
    }
    Ok(report)
}

/// Writes an object to a file below `folder`. The name of the object may contain folders.
fn write_object(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let is_below = |part| matches!(part, Component::Normal(_));
    if !Path::new(name).components().all(is_below) {
        return Err(io::Error::other("an object has a name that is no path"));
    }
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    write_new(&path, |file| file.write_all(content))
}

/// Replaces the database and the secret of a data folder by those of a backup. The replaced files are kept under other names,
/// which have the same suffix.
///
/// The secret is written first. If the process crashes between the two writes, the old database lies next to the secret of the
/// backup. The operator can then repeat the same restore.
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
    let (database, secret) = (folder.database(), folder.secret());
    let suffix = embedded::suffix_for_replaced(&[&database, &secret]);
    let restoration = Restoration::prepare(backup, &database, &suffix)?;
    let kept_secret = replace_secret(&secret, text.as_bytes(), &suffix)?;
    let kept_database = restoration.finish()?;
    let mut report = format!("{} is restored", folder.path().display());
    for kept in [kept_database, kept_secret].into_iter().flatten() {
        write!(report, "; what it replaced is {}", kept.display())?;
    }
    Ok(Report::good(report))
}

/// Writes a secret. If another secret exists, first copies the existing one to the same path with `suffix`, and returns the
/// path of this copy.
fn replace_secret(path: &Path, text: &[u8], suffix: &str) -> anyhow::Result<Option<PathBuf>> {
    let kept = match std::fs::read(path) {
        Ok(standing) if standing == text => return Ok(None),
        Ok(standing) => {
            let kept = with_suffix(path, suffix);
            write_whole(&kept, &standing, PRIVATE).context("the old secret cannot be kept")?;
            Some(kept)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).context("the old secret cannot be read"),
    };
    write_whole(path, text, PRIVATE).context("the secret cannot be written")?;
    Ok(kept)
}
