//! A token names whom it was issued to; no other text is a token.
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

/// Whatever is accepted is what issuing gives. The fuzzer sees what is compared, and repeats tokens that were issued.
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
    /// Any text.
    Text(&'a str),
    /// Three parts of any text.
    Parts(&'a str, &'a str, &'a str),
    /// A token with some of its text replaced.
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
