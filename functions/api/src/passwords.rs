//! Hashes and verifies passwords with argon2id.

mod blocking;

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use domain::accounts::password::TypedPassword;
use secrecy::{ExposeSecret as _, SecretString};

use crate::problem::ApiError;

/// A hash that matches no password, but has the parameters of real hashes. If no account has the caller's email address, the
/// password is verified against this hash. So the response time does not show whether the address or the password is wrong.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cy1zYWx0LTAwMQ$Y0vrHTTjGpOEvNSTRDQxGuJUHmDsGvcGyLHeeZkvzwQ";

/// The result of verifying a typed password against an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The password is not the account's.
    Wrong,
    /// The password is the account's.
    Right,
    /// The password is the account's, but its hash should be replaced. The hash was made from the password as it was typed (not
    /// prepared, RFC 8265), or with other parameters than the current ones.
    Outdated,
}

/// Hashes a prepared password (RFC 8265). Other requests can run while the hash is computed.
///
/// # Errors
/// The operating system provides no random bytes for the salt.
pub(crate) async fn hash(password: &SecretString) -> Result<String, ApiError> {
    let password = password.clone();
    blocking::run(move || hash_here(&password)).await?
}

/// Calls [`verify_here`]. Other requests can run while the password is verified.
///
/// # Errors
/// The hash is invalid.
pub(crate) async fn verify(
    password: &TypedPassword,
    hash: Option<&str>,
) -> Result<Verdict, ApiError> {
    let (password, hash) = (password.clone(), hash.map(str::to_owned));
    blocking::run(move || verify_here(&password, hash.as_deref())).await?
}

/// Hashes a prepared password (RFC 8265) with the parameters of OWASP's password storage cheat sheet: 19 MiB, two passes.
///
/// # Errors
/// The operating system provides no random bytes for the salt.
pub fn hash_password(password: &SecretString) -> Result<String, argon2::password_hash::Error> {
    let hash = Argon2::default().hash_password(password.expose_secret().as_bytes())?;
    Ok(hash.to_string())
}

/// Calls [`hash_password`], and converts its error into an [`ApiError`].
///
/// # Errors
/// The operating system provides no random bytes for the salt.
pub(crate) fn hash_here(password: &SecretString) -> Result<String, ApiError> {
    hash_password(password).map_err(ApiError::internal)
}

/// Verifies that `hash` was made from `password`. If the account does not exist, `hash` is `None`, and the verification takes
/// as long as if the password were wrong.
///
/// # Errors
/// The hash is invalid.
pub(crate) fn verify_here(
    password: &TypedPassword,
    hash: Option<&str>,
) -> Result<Verdict, ApiError> {
    let known = PasswordHash::new(hash.unwrap_or(NOBODYS_HASH)).map_err(ApiError::internal)?;
    // Each form of the password (prepared, and as it was typed) is tried until one matches, even if there is no account.
    let right = password.forms().find(|form| is_of(form, &known));
    let Some((right, _)) = right.zip(hash) else {
        return Ok(Verdict::Wrong);
    };
    let is_prepared = password
        .prepared()
        .is_none_or(|prepared| prepared.expose_secret() == right.expose_secret());
    Ok(if is_prepared && has_todays_parameters(&known) {
        Verdict::Right
    } else {
        Verdict::Outdated
    })
}

/// Returns a new hash for the account if `verdict` is [`Verdict::Outdated`] and the password has a prepared form.
///
/// # Errors
/// The operating system provides no random bytes for the salt.
pub(crate) async fn renewed(
    password: &TypedPassword,
    verdict: Verdict,
) -> Result<Option<String>, ApiError> {
    match (verdict, password.prepared()) {
        (Verdict::Outdated, Some(prepared)) => hash(prepared).await.map(Some),
        (Verdict::Wrong | Verdict::Right | Verdict::Outdated, _) => Ok(None),
    }
}

fn is_of(password: &SecretString, known: &PasswordHash) -> bool {
    #[cfg(test)]
    COMPUTED.set(COMPUTED.get() + 1);
    Argon2::default()
        .verify_password(password.expose_secret().as_bytes(), known)
        .is_ok()
}

fn has_todays_parameters(hash: &PasswordHash) -> bool {
    let params = Params::try_from(hash);
    let is_same = |params: Params| {
        let of = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        of(&params) == of(&Params::DEFAULT)
    };
    hash.algorithm.as_str() == "argon2id" && params.is_ok_and(is_same)
}

#[cfg(test)]
thread_local! {
    /// Counts how often the test on this thread has verified a password against a hash.
    pub(crate) static COMPUTED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use argon2::{Algorithm, Version};

    use super::*;

    fn typed(text: &str) -> TypedPassword {
        TypedPassword::parse(text.to_owned().into()).unwrap()
    }

    /// Makes a hash as earlier versions did, from the password exactly as the person typed it.
    fn old_hash(text: &str) -> String {
        hash_here(&text.to_owned().into()).unwrap()
    }

    #[test]
    fn a_password_is_recognised_by_its_hash() {
        let hash = old_hash("correct horse battery");
        let verdict = |text: &str, hash| verify_here(&typed(text), hash).unwrap();
        assert_eq!(
            verdict("correct horse battery", Some(&hash)),
            Verdict::Right
        );
        assert_eq!(
            verdict("correct\u{a0}horse battery", Some(&hash)),
            Verdict::Right
        );
        assert_eq!(
            verdict("correct horse batterz", Some(&hash)),
            Verdict::Wrong
        );
        assert_eq!(verdict("correct horse battery", None), Verdict::Wrong);
        let parameters = |text: &str| PasswordHash::new(text).unwrap().params.to_string();
        assert_eq!(
            parameters(&hash),
            parameters(NOBODYS_HASH),
            "both must take the same time"
        );
    }

    #[tokio::test]
    async fn a_hash_of_a_password_that_was_not_prepared_is_good_and_outdated() {
        let raw = "cafe\u{301} au lait";
        let hash = old_hash(raw);
        let password = typed(raw);
        assert_eq!(
            verify_here(&password, Some(&hash)).unwrap(),
            Verdict::Outdated
        );
        // A hash that was made from the password as it was typed matches only the same spelling of the password.
        assert_eq!(
            verify_here(&typed("café au lait"), Some(&hash)).unwrap(),
            Verdict::Wrong
        );
        let next = renewed(&password, Verdict::Outdated)
            .await
            .unwrap()
            .unwrap();
        for spelling in [raw, "café au lait", "café\u{2003}au lait"] {
            assert_eq!(
                verify_here(&typed(spelling), Some(&next)).unwrap(),
                Verdict::Right
            );
        }
        // If a password cannot be prepared, its hash cannot be replaced, so the hash is not outdated.
        let password = typed("correct\thorse");
        let hash = old_hash("correct\thorse");
        assert_eq!(verify_here(&password, Some(&hash)).unwrap(), Verdict::Right);
    }

    #[tokio::test]
    async fn a_hash_with_other_parameters_is_good_and_outdated() {
        let cheap = Params::new(64, 1, 1, None).unwrap();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap);
        let hash = argon2.hash_password(b"correct horse").unwrap().to_string();
        let password = typed("correct horse");
        assert_eq!(
            verify_here(&password, Some(&hash)).unwrap(),
            Verdict::Outdated
        );
        let next = renewed(&password, Verdict::Outdated)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(verify_here(&password, Some(&next)).unwrap(), Verdict::Right);
        assert_eq!(renewed(&password, Verdict::Right).await.unwrap(), None);
    }

    #[test]
    fn a_wrong_password_takes_as_many_hashes_with_an_account_and_without() {
        let hash = old_hash("correct horse battery");
        for (text, forms) in [("incorrect horse", 1), ("cafe\u{301}", 2), ("a\tb", 1)] {
            for hash in [Some(&*hash), None] {
                COMPUTED.set(0);
                assert_eq!(verify_here(&typed(text), hash).unwrap(), Verdict::Wrong);
                assert_eq!(COMPUTED.get(), forms, "{text:?}");
            }
        }
    }
}
