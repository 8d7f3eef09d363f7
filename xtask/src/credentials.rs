//! The accounts of a local stack. They are created once and kept in a file.

use std::fs::File;
use std::io::Read as _;

use anyhow::{Context as _, Result};
use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use crate::files::{read_json, write_private_json};
use crate::folder::Folder;

/// The characters of passwords: letters and digits, except those that look like another letter or digit.
const ALPHABET: &[u8; 56] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

/// An e-mail address and its password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// Content of `credentials.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credentials {
    pub(crate) admin: Account,
    /// Hash of the administrator's password. It is kept, because a new hash has a new salt and so would count as a changed
    /// parameter at every `up`.
    pub(crate) admin_password_hash: String,
    pub(crate) organizer: Account,
}

impl Credentials {
    /// Returns the stack's accounts. The first call creates them.
    pub(crate) fn of(folder: &Folder) -> Result<Self> {
        let path = folder.path.join("credentials.json");
        if let Some(credentials) = read_json(&path)? {
            return Ok(credentials);
        }
        let account = |name: &str| -> Result<Account> {
            Ok(Account {
                email: format!("{name}@em-connect.example"),
                password: random_password()?,
            })
        };
        let admin = account("admin")?;
        let credentials = Self {
            admin_password_hash: hash(&admin.password)?,
            admin,
            organizer: account("organizer")?,
        };
        write_private_json(&path, &credentials)?;
        Ok(credentials)
    }
}

/// Returns 24 random characters from the system's generator, with 139 bits in total.
pub(crate) fn random_password() -> Result<String> {
    random_text(24)
}

/// Returns random letters and digits from the system's generator, with 5.8 bits in each character.
pub(crate) fn random_text(length: usize) -> Result<String> {
    let mut source = File::open("/dev/urandom").context("opening /dev/urandom")?;
    let mut text = String::new();
    while text.len() < length {
        let mut byte = [0];
        source
            .read_exact(&mut byte)
            .context("reading /dev/urandom")?;
        // A byte that is too large for an even distribution over the alphabet is skipped, so that all characters are equally
        // likely.
        let index = usize::from(byte[0]);
        if index < 256 / ALPHABET.len() * ALPHABET.len() {
            text.push(char::from(ALPHABET[index % ALPHABET.len()]));
        }
    }
    Ok(text)
}

/// Hashes a password in the same way as the api function: with argon2id, and with the parameters that OWASP names first.
pub(crate) fn hash(password: &str) -> Result<String> {
    let parameters =
        Params::new(19_456, 2, 1, None).map_err(|error| anyhow::anyhow!("argon2: {error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let hash = argon2
        .hash_password(password.as_bytes())
        .map_err(|error| anyhow::anyhow!("argon2: {error}"))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier as _;
    use argon2::password_hash::phc::PasswordHash;

    use super::*;

    #[test]
    fn passwords_are_long_and_differ() {
        let password = random_password().unwrap();
        assert_eq!(password.len(), 24);
        assert!(password.bytes().all(|byte| ALPHABET.contains(&byte)));
        assert_ne!(password, random_password().unwrap());
    }

    #[test]
    fn a_hash_names_its_parameters_and_verifies() {
        let hash = hash("correct horse").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let parsed = PasswordHash::new(&hash).unwrap();
        assert!(
            Argon2::default()
                .verify_password(b"correct horse", &parsed)
                .is_ok()
        );
        assert!(
            Argon2::default()
                .verify_password(b"wrong horse", &parsed)
                .is_err()
        );
    }
}
