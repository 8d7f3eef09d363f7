//! Which passwords are accepted. Hashing is the business of the function that has the memory for it.

use secrecy::{ExposeSecret as _, SecretString};

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer or more characters than allowed.
    #[error("must have {min} to {max} characters", min = Password::MIN, max = Password::MAX)]
    Length,
    /// Among the first that an attacker tries.
    #[error("is too common; choose one that nobody would guess")]
    Common,
}

/// A password that the policy accepts. Never printed.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// Common passwords of ten characters and more, in lower case, one a line.
const COMMON: &str = include_str!("common_passwords.txt");

impl Password {
    /// The fewest characters.
    pub const MIN: usize = 10;
    /// The most characters; bounds the work of hashing.
    pub const MAX: usize = 128;

    /// Parses a new password.
    ///
    /// # Errors
    /// It is too short, too long or too common.
    pub fn parse(raw: SecretString) -> Result<Self, PasswordError> {
        let text = raw.expose_secret();
        let length = text.chars().count();
        if !(Self::MIN..=Self::MAX).contains(&length) {
            return Err(PasswordError::Length);
        }
        let lower = text.to_lowercase();
        let repeats_one = lower.chars().all(|c| lower.starts_with(c));
        if repeats_one || COMMON.lines().any(|common| common == lower) {
            return Err(PasswordError::Common);
        }
        Ok(Self(raw))
    }

    /// The password itself, to be hashed.
    #[must_use]
    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_commonness_decide() {
        let parse = |text: &str| Password::parse(text.to_owned().into()).map(|_| ());
        assert_eq!(parse("correct horse battery"), Ok(()));
        assert_eq!(parse("123456789"), Err(PasswordError::Length));
        assert_eq!(parse(&"ab".repeat(65)), Err(PasswordError::Length));
        assert_eq!(parse("Password123"), Err(PasswordError::Common));
        assert_eq!(parse("aaaaaaaaaaaa"), Err(PasswordError::Common));
    }

    #[test]
    fn every_listed_password_could_be_typed() {
        for common in COMMON.lines() {
            assert!(
                common.chars().count() >= Password::MIN && common == common.to_lowercase(),
                "{common}"
            );
        }
    }
}
