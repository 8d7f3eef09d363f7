//! The first administrator. The deployment's settings name the email address and the password; the first login makes the
//! account.
//!
//! Nobody else can ever register the administrator's address, so a stranger cannot take it before the first login.

use argon2::password_hash::phc::PasswordHash;
use domain::{
    accounts::{email::Email, role::Role, user::User},
    id::UserId,
    text::PersonName,
};
use jiff::Timestamp;
use store::Account;

/// The email address and the password hash of the first administrator.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// The address of the first administrator. No other account can have this address.
    pub email: Email,
    /// The argon2id hash of the password, as a PHC string.
    pub password_hash: String,
}

/// The error that is returned if a text is not an argon2id hash.
#[derive(Debug, thiserror::Error)]
#[error("must be an argon2id hash, as `cargo xtask hash-password` prints it")]
pub struct HashError;

impl FirstAdmin {
    /// Checks that `text` is a hash against which a password can be verified.
    ///
    /// # Errors
    /// `text` is not an argon2id hash.
    pub fn check_hash(text: &str) -> Result<(), HashError> {
        let hash = PasswordHash::new(text).map_err(|_| HashError)?;
        if hash.algorithm.as_str() == "argon2id" {
            Ok(())
        } else {
            Err(HashError)
        }
    }

    /// Returns the account that is stored when the first administrator logs in for the first time.
    pub(crate) fn account(&self, id: UserId, now: Timestamp) -> Option<Account> {
        let user = User {
            id,
            email: self.email.clone(),
            name: PersonName::parse("Administrator").ok()?,
            role: Role::Admin,
            // The person who deployed the system chose the administrator's address, so the address needs no verification.
            email_verified: true,
            created_at: now,
        };
        Some(Account::new(user, self.password_hash.clone()))
    }
}
