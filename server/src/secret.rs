//! The secret of the data folder, from which every key is derived. The file has the same format as the secret in Secrets
//! Manager on AWS.

#[cfg(test)]
mod tests;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use bootstrap::keys::{CallError, SecretSource};
use domain::keys::keyrings::Secrets;
use futures::{FutureExt as _, future::BoxFuture};
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::SecretString;

use crate::files::{PRIVATE, write_whole};

/// The number of characters of a secret. `template.yaml` uses the same number.
const LENGTH: usize = 64;
/// The letters and digits of which a secret consists. None of them needs to be quoted anywhere.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The file that contains the secret.
#[derive(Debug, Clone)]
pub struct SecretFile {
    path: PathBuf,
    name: String,
}

impl SecretFile {
    /// Returns the secret file at `path`. It may not exist yet.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        let name = path.display().to_string();
        Self { path, name }
    }

    /// Returns whether the file exists.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn exists(&self) -> io::Result<bool> {
        self.path.try_exists()
    }

    /// Writes a new secret, which replaces an existing one. Only the owner can read the file.
    ///
    /// # Errors
    /// The file could not be written, or the operating system gave no random bytes.
    pub fn create(&self) -> io::Result<()> {
        write_whole(&self.path, random_text()?.as_bytes(), PRIVATE)
    }

    /// Reads the secrets that the file contains.
    ///
    /// # Errors
    /// The file cannot be read, or its content is not a secret.
    pub fn secrets(&self) -> io::Result<Secrets> {
        let read = Secrets::read(&read(&self.path)?.into());
        read.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Replaces the secrets in the file.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn replace(&self, secrets: &Secrets) -> io::Result<()> {
        let text = serde_json::to_string(secrets)?;
        write_whole(&self.path, text.as_bytes(), PRIVATE)
    }
}

impl SecretSource for SecretFile {
    fn id(&self) -> &str {
        &self.name
    }

    fn read(&self) -> BoxFuture<'_, Result<SecretString, CallError>> {
        let text = read(&self.path).map(SecretString::from);
        std::future::ready(text.map_err(Into::into)).boxed()
    }
}

/// Returns the text of the secret file. Removes the line end that an editor may have added.
fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path).map(|text| text.trim().to_owned())
}

/// Returns the text of a new random secret.
///
/// # Errors
/// The operating system gave no random bytes.
pub fn random_text() -> io::Result<String> {
    let random = SystemRandom::new();
    let mut text = String::with_capacity(LENGTH);
    let mut byte = [0];
    while text.len() < LENGTH {
        let filled = random.fill(&mut byte);
        filled.map_err(|_| io::Error::other("the system has no randomness"))?;
        // Bytes above the last whole multiple of the alphabet's length are dropped, so that all characters are equally likely.
        let index = usize::from(byte[0]);
        if index < 256 / ALPHABET.len() * ALPHABET.len() {
            text.push(char::from(ALPHABET[index % ALPHABET.len()]));
        }
    }
    Ok(text)
}
