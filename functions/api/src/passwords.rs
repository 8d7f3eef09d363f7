//! Hashing passwords: argon2id, on a thread of its own, so that the async thread stays free.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::problem::ApiError;

/// A hash that no password has, made with the same parameters: verifying against it takes as long as against
/// a real one, so that an unknown address cannot be told from a wrong password by the clock.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cy1zYWx0LTAwMQ$Y0vrHTTjGpOEvNSTRDQxGuJUHmDsGvcGyLHeeZkvzwQ";

/// Hashes a password with the parameters of OWASP's password storage cheat sheet: 19 MiB, two passes.
///
/// # Errors
/// The thread died, or the system has no randomness.
pub(crate) async fn hash(password: SecretString) -> Result<String, ApiError> {
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes())
            .map(|hash| hash.to_string())
    });
    hashed
        .await
        .map_err(ApiError::internal)?
        .map_err(ApiError::internal)
}

/// Whether `password` is the one of `hash`; `None`, for an account that does not exist, takes as long.
///
/// # Errors
/// The thread died, or the hash is none.
pub(crate) async fn verify(password: SecretString, hash: Option<String>) -> Result<bool, ApiError> {
    let verified = tokio::task::spawn_blocking(move || {
        let text = hash.as_deref().unwrap_or(NOBODYS_HASH);
        let known = PasswordHash::new(text)?;
        let same = Argon2::default()
            .verify_password(password.expose_secret().as_bytes(), &known)
            .is_ok();
        Ok::<_, argon2::password_hash::phc::Error>(same && hash.is_some())
    });
    verified
        .await
        .map_err(ApiError::internal)?
        .map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognised_by_its_hash() {
        let secret = |text: &str| SecretString::from(text.to_owned());
        let hash = hash(secret("correct horse battery")).await.unwrap();
        assert!(
            verify(secret("correct horse battery"), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !verify(secret("correct horse batterz"), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!verify(secret("correct horse battery"), None).await.unwrap());
        let parameters = |text: &str| PasswordHash::new(text).unwrap().params.to_string();
        assert_eq!(
            parameters(&hash),
            parameters(NOBODYS_HASH),
            "both must take the same time"
        );
    }
}
