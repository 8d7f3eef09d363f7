//! Fuzzes access tokens: a valid token contains the claims for which it was issued, and no other text is accepted as a token.
#![no_main]

use std::sync::{Arc, LazyLock};

use arbitrary::Arbitrary;
use domain::{
    accounts::role::Role,
    keys::keyring::Keyring,
    security::{
        access_token::{AccessTokenError, AccessTokens, Claims},
        policy::Actor,
    },
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

static KEYRING: LazyLock<Arc<Keyring>> = LazyLock::new(|| {
    let secret = "a secret for fuzzing and for nothing else".to_owned();
    Arc::new(Keyring::derive(&secret.into()).expect("the secret is long enough"))
});
static TOKENS: LazyLock<AccessTokens> = LazyLock::new(|| AccessTokens::new("fuzz"));

/// Asserts that a text which is accepted as a token is the only token for its JWT claims: a token that is issued for these
/// claims has the same text. In this comparison, the fuzzer sees the valid text, so it also tries valid tokens.
fn check(text: &str) {
    if let Ok(claims) = verify(text) {
        let issued = TOKENS.issue(&KEYRING, &claims, Timestamp::UNIX_EPOCH);
        assert_eq!(issued.expect("it can be signed"), text);
    }
}

fn verify(token: &str) -> Result<Claims, AccessTokenError> {
    TOKENS.verify(&[KEYRING.clone()], token, Timestamp::UNIX_EPOCH)
}

#[derive(Debug, Arbitrary)]
enum Case<'a> {
    /// The fuzzer chooses the whole text of the token.
    Text(&'a str),
    /// The fuzzer chooses the three parts of the token: header, claims and signature.
    Parts(&'a str, &'a str, &'a str),
    /// A valid token, in which the fuzzer replaces the bytes from `from` to `to` by the text `by`.
    Altered { from: u16, to: u16, by: &'a str },
}

fuzz_target!(|case: Case<'_>| {
    match case {
        Case::Text(text) => check(text),
        Case::Parts(header, claims, signature) => {
            let text = format!("{header}.{claims}.{signature}");
            check(&text);
        }
        Case::Altered { from, to, by } => {
            let claims = Claims {
                actor: Actor {
                    id: "usr_01h455vb4pex5vsknk084sn02q".parse().expect("an id"),
                    role: Role::Organizer,
                },
                session: Some(Uuid::from_u128(7)),
            };
            let text = TOKENS
                .issue(&KEYRING, &claims, Timestamp::UNIX_EPOCH)
                .expect("it can be signed");
            assert_eq!(verify(&text), Ok(claims));
            let from = usize::from(from).min(text.len());
            let to = usize::from(to).clamp(from, text.len());
            let mut altered = text.clone();
            altered.replace_range(from..to, by);
            assert_eq!(verify(&altered).is_ok(), altered == text);
        }
    }
});
