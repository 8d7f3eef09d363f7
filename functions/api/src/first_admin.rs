//! The first administrator: named by the deployment, made at the first login.
//!
//! Nobody can register the address, so there is no moment at which a stranger could take it.

use argon2::password_hash::phc::PasswordHash;
use domain::{
    accounts::{email::Email, role::Role, user::User},
    id::UserId,
    text::PersonName,
};
use jiff::Timestamp;
use store::Account;

/// The first administrator: address and password.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// The address, which no other account gets.
    pub email: Email,
    /// The argon2id hash of the password as a PHC string.
    pub password_hash: String,
}

/// A text is not a hash of the expected form.
#[derive(Debug, thiserror::Error)]
#[error("must be an argon2id hash, as `cargo xtask hash-password` prints it")]
pub struct HashError;

impl FirstAdmin {
    /// Checks that `text` is a hash that can be verified.
    ///
    /// # Errors
    /// The text is not such a hash.
    pub fn check_hash(text: &str) -> Result<(), HashError> {
        let hash = PasswordHash::new(text).map_err(|_| HashError)?;
        if hash.algorithm.as_str() == "argon2id" {
            Ok(())
        } else {
            Err(HashError)
        }
    }

    /// Returns the account that the first login makes.
    pub(crate) fn account(&self, id: UserId, now: Timestamp) -> Option<Account> {
        let user = User {
            id,
            email: self.email.clone(),
            name: PersonName::parse("Administrator").ok()?,
            role: Role::Admin,
            // The person who deploys the system has named the address.
            email_verified: true,
            created_at: now,
        };
        Some(Account::new(user, self.password_hash.clone()))
    }
}
