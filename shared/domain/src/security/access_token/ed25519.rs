//! Makes Ed25519 the only algorithm of the crate `jsonwebtoken`. So a token that names another algorithm is refused, and a
//! function's binary contains no unused algorithms.

#![expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the library says what its factories take"
)]

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result},
};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use signature::{Error, Signer, Verifier};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes the library `jsonwebtoken` sign and verify with this module. This function may be called more than once.
pub(super) fn install() {
    // The library `jsonwebtoken` refuses a second provider and keeps the first one, so the result can be ignored.
    let _ = PROVIDER.install_default();
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    refuse_others(*algorithm)?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.as_bytes())
        .map_err(|_| ErrorKind::InvalidEddsaKey)?;
    Ok(Box::new(PrivateKey(pair)))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    refuse_others(*algorithm)?;
    let key = key.try_get_as_bytes()?.to_vec();
    Ok(Box::new(PublicKey(UnparsedPublicKey::new(&ED25519, key))))
}

fn refuse_others(algorithm: Algorithm) -> Result<()> {
    match algorithm {
        Algorithm::EdDSA => Ok(()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

struct PrivateKey(Ed25519KeyPair);

impl Signer<Vec<u8>> for PrivateKey {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for PrivateKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct PublicKey(UnparsedPublicKey<Vec<u8>>);

impl Verifier<Vec<u8>> for PublicKey {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        self.0.verify(message, signature).map_err(|_| Error::new())
    }
}

impl JwtVerifier for PublicKey {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::keyring;
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    use jsonwebtoken::crypto::{sign, verify};

    // These keys are from RFC 8037, appendix A.
    const PRIVATE: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const MESSAGE: &[u8] = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    fn keys() -> (EncodingKey, DecodingKey) {
        install();
        install();
        let seed = BASE64_URL_SAFE_NO_PAD.decode(PRIVATE).unwrap();
        let encoding = keyring::encoding_key(&seed.try_into().unwrap());
        (encoding, DecodingKey::from_ed_components(PUBLIC).unwrap())
    }

    #[test]
    fn the_example_of_the_standard_is_signed_and_verified() {
        let (private, public) = keys();
        let signed = sign(MESSAGE, &private, Algorithm::EdDSA);
        assert_eq!(signed.unwrap(), SIGNATURE);
        let verified = |message| verify(SIGNATURE, message, &public, Algorithm::EdDSA);
        assert_eq!(verified(MESSAGE), Ok(true));
        assert_eq!(verified(&MESSAGE[1..]), Ok(false));
        let cut_off = verify(&SIGNATURE[4..], MESSAGE, &public, Algorithm::EdDSA);
        assert_eq!(cut_off, Ok(false));
    }

    #[test]
    fn no_other_algorithm_signs_or_verifies() {
        let (private, public) = keys();
        for other in [Algorithm::HS256, Algorithm::ES256, Algorithm::RS256] {
            let signed = sign(MESSAGE, &private, other).unwrap_err();
            assert_eq!(signed.kind(), &ErrorKind::InvalidAlgorithm);
            let verified = verify(SIGNATURE, MESSAGE, &public, other).unwrap_err();
            assert_eq!(verified.kind(), &ErrorKind::InvalidAlgorithm);
        }
    }
}
