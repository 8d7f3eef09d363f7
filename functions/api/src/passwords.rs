//! Hashing passwords: argon2id.
//!
//! On the calling thread: a function answers one request at a time, so nothing else waits for it. Threads of a pool would
//! each keep the memory of their hashes, as the allocator has a heap for each.

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
/// The system has no randomness.
pub(crate) fn hash(password: &SecretString) -> Result<String, ApiError> {
    Argon2::default()
        .hash_password(password.expose_secret().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(ApiError::internal)
}

/// Whether `password` is the one of `hash`; `None`, for an account that does not exist, takes as long.
///
/// # Errors
/// The hash is none.
pub(crate) fn verify(password: &SecretString, hash: Option<&str>) -> Result<bool, ApiError> {
    let known = PasswordHash::new(hash.unwrap_or(NOBODYS_HASH)).map_err(ApiError::internal)?;
    #[cfg(test)]
    COMPUTED.set(COMPUTED.get() + 1);
    let same = Argon2::default()
        .verify_password(password.expose_secret().as_bytes(), &known)
        .is_ok();
    Ok(same && hash.is_some())
}

#[cfg(test)]
thread_local! {
    /// Hashes that passwords were verified against, for the test of this thread.
    pub(crate) static COMPUTED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_recognised_by_its_hash() {
        let secret = |text: &str| SecretString::from(text.to_owned());
        let [right, wrong] = ["correct horse battery", "correct horse batterz"].map(secret);
        let hash = hash(&right).unwrap();
        assert!(verify(&right, Some(&hash)).unwrap());
        assert!(!verify(&wrong, Some(&hash)).unwrap());
        assert!(!verify(&right, None).unwrap());
        let parameters = |text: &str| PasswordHash::new(text).unwrap().params.to_string();
        assert_eq!(
            parameters(&hash),
            parameters(NOBODYS_HASH),
            "both must take the same time"
        );
    }
}
