//! Access tokens: short-lived JSON Web Tokens (RFC 7519), signed with Ed25519 (RFC 8037).

mod ed25519;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    accounts::role::Role,
    id::UserId,
    keys::keyring::{Keyring, KeyringError, SigningKey},
    security::policy::Actor,
};

/// The time for which an access token is valid, in seconds.
pub const LIFETIME_SECONDS: i64 = 900;

/// The maximum difference, in seconds, between the clocks of the server that issues a token and the server that verifies it.
const LEEWAY_SECONDS: i64 = 30;

/// The service for which the tokens are issued. A token names it in the claim `aud`.
const AUDIENCE: &str = "em-connect-api";

/// The claims of an access token about its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// The account, and the role that it had when the token was issued.
    pub actor: Actor,
    /// The session in which the token was issued, in the claim `sid`. Tokens of earlier releases have no such claim.
    pub session: Option<Uuid>,
}

/// Makes the claims of a token that was not issued in any session.
impl From<Actor> for Claims {
    fn from(actor: Actor) -> Self {
        Self {
            actor,
            session: None,
        }
    }
}

/// The payload of the JSON Web Token.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    iss: String,
    aud: String,
    sub: UserId,
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// The reason why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    /// The form, key, issuer, audience or algorithm of the token is wrong. Either this deployment did not issue the token, or
    /// the token was altered.
    #[error("the access token is not valid")]
    Invalid,
    /// This deployment issued the token, but the token has expired or is not valid yet.
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
    /// Returns the issuer and verifier of access tokens for the deployment `stage`.
    #[must_use]
    pub fn new(stage: &str) -> Self {
        ed25519::install();
        let issuer = format!("em-connect/{stage}");
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[AUDIENCE]);
        // The library `jsonwebtoken` would compare the token's times with the system's clock. So this check is switched off,
        // and this module compares the times with `now`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self { issuer, validation }
    }

    /// Returns a token with `claims` that is valid from `now` for [`LIFETIME_SECONDS`].
    ///
    /// # Errors
    /// The library cannot sign the token.
    pub fn issue(
        &self,
        keyring: &Keyring,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<String, KeyringError> {
        let key = &keyring.access_token;
        let now = now.as_second();
        let payload = Payload {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: claims.actor.id,
            role: claims.actor.role,
            sid: claims.session,
            iat: now,
            nbf: now,
            exp: now + LIFETIME_SECONDS,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.kid.clone());
        jsonwebtoken::encode(&header, &payload, &keyring.access_token_encoding)
            .map_err(|_| KeyringError::Derivation)
    }

    /// Verifies `token` at `now` and returns its claims. The token names its key, and only that key of `keyrings` is used.
    ///
    /// # Errors
    /// This deployment did not issue the token, or the token is not valid at `now`.
    pub fn verify(
        &self,
        keyrings: &[Arc<Keyring>],
        token: &str,
        now: Timestamp,
    ) -> Result<Claims, AccessTokenError> {
        let invalid = |_| AccessTokenError::Invalid;
        let kid = jsonwebtoken::decode_header(token).map_err(invalid)?.kid;
        let key = keyrings
            .iter()
            .map(|keyring| &keyring.access_token)
            .find(|key| Some(&key.kid) == kid.as_ref())
            .ok_or(AccessTokenError::Invalid)?;
        let decoding = DecodingKey::from_ed_components(&public_key(key)).map_err(invalid)?;
        let payload = jsonwebtoken::decode::<Payload>(token, &decoding, &self.validation)
            .map_err(invalid)?
            .claims;
        let now = now.as_second();
        if now >= payload.exp + LEEWAY_SECONDS || now < payload.nbf - LEEWAY_SECONDS {
            return Err(AccessTokenError::Expired);
        }
        Ok(Claims {
            actor: Actor {
                id: payload.sub,
                role: payload.role,
            },
            session: payload.sid,
        })
    }
}

/// Returns the public keys that verify access tokens, as a JSON Web Key Set (RFC 7517), in the order of `keyrings`.
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
    use crate::{events::schedule::tests::time, keys::keyring::tests::keyring};

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    /// Issues and verifies the tokens of a deployment that has one secret.
    struct Tokens {
        keyrings: [Arc<Keyring>; 1],
        tokens: AccessTokens,
    }

    impl Tokens {
        fn issue(&self, claims: &Claims, now: Timestamp) -> String {
            self.tokens.issue(&self.keyrings[0], claims, now).unwrap()
        }

        fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, AccessTokenError> {
            self.tokens.verify(&self.keyrings, token, now)
        }
    }

    fn tokens(secret: &str, stage: &str) -> Tokens {
        Tokens {
            keyrings: [Arc::new(keyring(secret))],
            tokens: AccessTokens::new(stage),
        }
    }

    fn ada() -> Claims {
        Claims {
            actor: Actor {
                id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
                role: Role::Organizer,
            },
            session: Some(Uuid::from_u128(7)),
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

    /// A token of an earlier release has no `sid`.
    #[test]
    fn a_token_that_names_no_session_is_valid() {
        let now = time("2027-01-01T00:00:00Z");
        let tokens = tokens(SECRET, "dev");
        let claims = Claims::from(ada().actor);
        let token = tokens.issue(&claims, now);
        let payload = token.split('.').nth(1).unwrap();
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap();
        let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        assert_eq!(payload.get("sid"), None);
        assert_eq!(tokens.verify(&token, now), Ok(claims));
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
