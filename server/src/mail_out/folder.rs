//! Writes mails as files, instead of sending them.

use std::{
    io,
    path::{Path, PathBuf},
};

use bootstrap::clock;
use domain::mail::key::MailKey;
use futures::{FutureExt as _, future::BoxFuture};
use jiff::tz::TimeZone;
use notify::{Accepted, RawMail, Refusal, Transport};

use crate::{
    files::{PRIVATE, write_whole},
    folder::Folder,
};

/// A folder with one file `<time>-<key>.eml` for each mail. A file is complete as soon as it exists.
#[derive(Debug)]
pub struct MailFolder(PathBuf);

impl MailFolder {
    /// Opens the folder. Makes it first if it does not exist.
    ///
    /// # Errors
    /// The folder could not be made.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        Folder::at(&path).create()?;
        Ok(Self(path))
    }
}

impl Transport for MailFolder {
    fn send<'a>(&'a self, mail: RawMail<'a>) -> BoxFuture<'a, Result<Accepted, Refusal>> {
        let name = name(mail.key);
        let path = self.0.join(&name);
        let bytes = mail.message.bytes;
        async move {
            let written = tokio::task::spawn_blocking(move || write(&path, &bytes)).await;
            match written {
                Ok(Ok(())) => Ok(Accepted { id: name }),
                Ok(Err(error)) => Err(Refusal::NotSent(error.into())),
                Err(error) => Err(Refusal::Unknown(error.into())),
            }
        }
        .boxed()
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole(path, bytes, PRIVATE)
}

/// Returns the file name for a mail that is sent now. The names sort by time.
fn name(key: &MailKey) -> String {
    let now = clock::now().to_zoned(TimeZone::UTC);
    let key = key.as_str();
    format!("{}-{key}.eml", now.strftime("%Y%m%dT%H%M%S.%3fZ"))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;
    use crate::mail_out::smtp::tests::{key, message};

    #[tokio::test]
    async fn a_mail_is_a_whole_file_that_its_owner_alone_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail");
        let mails = MailFolder::open(path.clone()).unwrap();
        for _ in 0..2 {
            let key = key();
            let message = message();
            let mail = RawMail { key: &key, message };
            mails.send(mail).await.unwrap();
            // Without this wait, two mails within one millisecond would have the same file name.
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let files: Vec<_> = fs::read_dir(&path).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 2);
        for file in files {
            let name = file.file_name().into_string().unwrap();
            assert!(
                name.ends_with(&format!("-{}.eml", key().as_str())),
                "{name}"
            );
            assert_eq!(fs::read(file.path()).unwrap(), message().bytes);
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn a_mail_that_cannot_be_written_was_not_sent() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail");
        let mails = MailFolder::open(path.clone()).unwrap();
        fs::remove_dir(&path).unwrap();
        let key = key();
        let message = message();
        let refused = mails.send(RawMail { key: &key, message }).await;
        assert!(matches!(refused, Err(Refusal::NotSent(_))), "{refused:?}");
    }
}
