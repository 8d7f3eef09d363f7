//! Access tokens: short-lived JSON Web Tokens (RFC 7519), signed with Ed25519 (RFC 8037).

mod ed25519;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{
    id::UserId,
    keyring::{Keyring, KeyringError, SigningKey},
    policy::Actor,
    role::Role,
};

/// How long an access token is valid.
pub const LIFETIME_SECONDS: i64 = 900;

/// How far the clocks of issuer and verifier may differ.
const LEEWAY_SECONDS: i64 = 30;

/// Who accepts the tokens.
const AUDIENCE: &str = "em-connect-api";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    role: Role,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    /// Not a token of ours: malformed, altered, of another key, issuer, audience or algorithm.
    #[error("the access token is not valid")]
    Invalid,
    /// Ours, but its time is over or has not come.
    #[error("the access token has expired")]
    Expired,
}

/// Issues and verifies access tokens of one deployment.
#[derive(Debug)]
pub struct AccessTokens {
    issuer: String,
    validation: Validation,
}

impl AccessTokens {
    /// For the deployment `stage`.
    #[must_use]
    pub fn new(stage: &str) -> Self {
        ed25519::install();
        let issuer = format!("em-connect/{stage}");
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[AUDIENCE]);
        // Times are compared with the caller's clock, not with the library's.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self { issuer, validation }
    }

    /// A token for `actor`, valid from `now` on for [`LIFETIME_SECONDS`].
    ///
    /// # Errors
    /// The library cannot sign.
    pub fn issue(
        &self,
        keyring: &Keyring,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<String, KeyringError> {
        let key = &keyring.access_token;
        let now = now.as_second();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: actor.id,
            role: actor.role,
            iat: now,
            nbf: now,
            exp: now + LIFETIME_SECONDS,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.kid.clone());
        jsonwebtoken::encode(&header, &claims, &keyring.access_token_encoding)
            .map_err(|_| KeyringError::Derivation)
    }

    /// Whom `token` names at `now`. It names its key, and no other of `keyrings` is tried.
    ///
    /// # Errors
    /// It is not ours, or not valid now.
    pub fn verify(
        &self,
        keyrings: &[Arc<Keyring>],
        token: &str,
        now: Timestamp,
    ) -> Result<Actor, AccessTokenError> {
        let invalid = |_| AccessTokenError::Invalid;
        let kid = jsonwebtoken::decode_header(token).map_err(invalid)?.kid;
        let key = keyrings
            .iter()
            .map(|keyring| &keyring.access_token)
            .find(|key| Some(&key.kid) == kid.as_ref())
            .ok_or(AccessTokenError::Invalid)?;
        let decoding = DecodingKey::from_ed_components(&public_key(key)).map_err(invalid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &decoding, &self.validation)
            .map_err(invalid)?
            .claims;
        let now = now.as_second();
        if now >= claims.exp + LEEWAY_SECONDS || now < claims.nbf - LEEWAY_SECONDS {
            return Err(AccessTokenError::Expired);
        }
        Ok(Actor {
            id: claims.sub,
            role: claims.role,
        })
    }
}

/// The public keys as a JSON Web Key Set (RFC 7517), in the order of `keyrings`.
#[must_use]
pub fn jwks(keyrings: &[Arc<Keyring>]) -> serde_json::Value {
    let keys = keyrings.iter().map(|keyring| {
        let key = &keyring.access_token;
        serde_json::json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.kid, "x": public_key(key)})
    });
    serde_json::json!({"keys": keys.collect::<Vec<_>>()})
}

fn public_key(key: &SigningKey) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key.public_key())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keyring::tests::keyring, schedule::tests::time};

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    /// Those of a deployment with one secret.
    struct Tokens {
        keyrings: [Arc<Keyring>; 1],
        tokens: AccessTokens,
    }

    impl Tokens {
        fn issue(&self, actor: &Actor, now: Timestamp) -> String {
            self.tokens.issue(&self.keyrings[0], actor, now).unwrap()
        }

        fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, AccessTokenError> {
            self.tokens.verify(&self.keyrings, token, now)
        }
    }

    fn tokens(secret: &str, stage: &str) -> Tokens {
        Tokens {
            keyrings: [Arc::new(keyring(secret))],
            tokens: AccessTokens::new(stage),
        }
    }

    fn ada() -> Actor {
        Actor {
            id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            role: Role::Organizer,
        }
    }

    #[test]
    fn a_token_names_its_holder_for_a_quarter_of_an_hour() {
        let now = time("2027-01-01T00:00:00Z");
        let later = |seconds: i64| Timestamp::from_second(now.as_second() + seconds).unwrap();
        let tokens = tokens(SECRET, "dev");
        let token = tokens.issue(&ada(), now);
        assert_eq!(tokens.verify(&token, now), Ok(ada()));
        assert_eq!(
            tokens.verify(&token, later(LIFETIME_SECONDS)),
            Ok(ada()),
            "within the leeway"
        );
        assert_eq!(
            tokens.verify(&token, later(LIFETIME_SECONDS + 30)),
            Err(AccessTokenError::Expired)
        );
        assert_eq!(
            tokens.verify(&token, later(-31)),
            Err(AccessTokenError::Expired)
        );
    }

    #[test]
    fn a_token_of_another_key_or_stage_is_refused() {
        let now = time("2027-01-01T00:00:00Z");
        let other_key = tokens(&SECRET.replace('f', "0"), "dev").issue(&ada(), now);
        let other_stage = tokens(SECRET, "prod").issue(&ada(), now);
        for token in [&other_key, &other_stage, "", "a.b.c"] {
            assert_eq!(
                tokens(SECRET, "dev").verify(token, now),
                Err(AccessTokenError::Invalid),
                "{token}"
            );
        }
    }

    #[test]
    fn an_altered_token_is_refused() {
        let now = time("2027-01-01T00:00:00Z");
        let tokens = tokens(SECRET, "dev");
        let token = tokens.issue(&ada(), now);
        let parts: Vec<&str> = token.split('.').collect();
        let claims = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        let raised = BASE64_URL_SAFE_NO_PAD.encode(claims.replace("organizer", "admin"));
        let unsigned = BASE64_URL_SAFE_NO_PAD.encode(format!(
            r#"{{"typ":"JWT","alg":"none","kid":"{}"}}"#,
            tokens.keyrings[0].access_token.kid
        ));
        for altered in [
            format!("{}.{raised}.{}", parts[0], parts[2]),
            format!("{unsigned}.{}.", parts[1]),
            format!("{token}a"),
        ] {
            assert_eq!(
                tokens.verify(&altered, now),
                Err(AccessTokenError::Invalid),
                "{altered}"
            );
        }
    }
}
