//! Tests of access tokens: anybody can verify the signature of a token, but nobody except the service can sign one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use ring::hmac;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};
use tests::{Stack, User, assert_refused};

const NEVER_TOKENS: [&str; 5] = ["", "x", "a.b.c", "..", "null"];

fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap_or_default();
    let bytes = BASE64URL.decode(text).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn encoded(part: &Value) -> String {
    BASE64URL.encode(part.to_string())
}

fn signature(token: &str) -> &str {
    token.rsplit('.').next().unwrap_or_default()
}

async fn published_key(stack: &Stack, user: &User) -> Value {
    let kid = part(&user.account.access_token, 0)["kid"].clone();
    assert!(kid.is_string(), "the token names its key");
    let set = stack.anyone().get("/.well-known/jwks.json").await;
    let set = set.expect(200);
    let keys = set["keys"].as_array().cloned().unwrap_or_default();
    match keys.into_iter().find(|key| key["kid"] == kid) {
        Some(key) => key,
        None => panic!("no key {kid} in {set}"),
    }
}

#[tokio::test]
async fn the_published_key_verifies_the_token() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let key = published_key(&stack, &user).await;
    assert_eq!(key["kty"], "OKP");
    assert_eq!(key["crv"], "Ed25519");
    assert!(key["x"].is_string(), "{key}");
    assert!(key["d"].is_null(), "a private key is published");

    let token = &user.account.access_token;
    assert_eq!(part(token, 0)["alg"], "EdDSA");
    let public_key = BASE64URL.decode(key["x"].as_str().unwrap()).unwrap();
    let verifies = |message: &str, signature: &str| {
        let signature = BASE64URL.decode(signature).unwrap();
        let key = UnparsedPublicKey::new(&ED25519, &public_key);
        key.verify(message.as_bytes(), &signature).is_ok()
    };
    let (message, signature) = token.rsplit_once('.').unwrap();
    assert!(verifies(message, signature), "{token}");
    assert!(!verifies(&message[1..], signature), "{token}");
}

#[tokio::test]
async fn the_token_says_who_made_it_for_whom_and_for_how_long() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let claims = part(&user.account.access_token, 1);

    assert!(claims["iss"].is_string(), "{claims}");
    assert!(!claims["aud"].is_null(), "{claims}");
    assert_eq!(claims["sub"], user.id(), "{claims}");
    let issued_at = claims["iat"].as_i64().unwrap();
    let expires_at = claims["exp"].as_i64().unwrap();
    assert_eq!(expires_at - issued_at, 900, "{claims}");
    let text = claims.to_string();
    assert!(!text.contains(&user.account.email), "{claims}");
}

#[tokio::test]
async fn the_published_keys_hold_no_secret() {
    let stack = Stack::from_env();
    let set = stack.anyone().get("/.well-known/jwks.json").await;
    for key in set.expect(200)["keys"].as_array().unwrap() {
        for secret in ["d", "k", "p", "q"] {
            assert!(key[secret].is_null(), "{secret} is published");
        }
    }
}

#[tokio::test]
async fn what_is_no_token_signs_nobody_in() {
    let stack = Stack::from_env();
    for nonsense in NEVER_TOKENS {
        let answer = stack.anyone().with_token(nonsense).me().await;
        assert_refused(&answer, 401);
    }
    for scheme in ["Basic a2ltOmRvZQ==", "Bearer", "Token x"] {
        let call = stack.anyone().call(tests::Method::GET, "/v1/me");
        assert_refused(&call.header("authorization", scheme).send().await, 401);
    }
}

#[tokio::test]
async fn a_token_that_was_altered_signs_nobody_in() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let token = &user.account.access_token;
    let (header, claims) = (part(token, 0), part(token, 1));
    let with = |claim: &str, value: Value| {
        let mut claims = claims.clone();
        claims[claim] = value;
        format!(
            "{}.{}.{}",
            encoded(&header),
            encoded(&claims),
            signature(token)
        )
    };
    let other = stack.register_user().await;
    let others = signature(&other.account.access_token);
    let (content, _) = token.rsplit_once('.').unwrap();

    let altered = [
        with("exp", json!(1_000_000_000)),
        with("exp", json!(9_999_999_999_u64)),
        with("sub", json!(other.id())),
        with("role", json!("admin")),
        format!("{content}."),
        format!("{content}.{others}"),
        content.to_owned(),
        format!("{token}A"),
    ];
    for token in altered {
        assert_refused(&user.with_token(token).me().await, 401);
    }
}

#[tokio::test]
async fn a_token_of_another_algorithm_signs_nobody_in() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let claims = part(&user.account.access_token, 1);
    let key = published_key(&stack, &user).await;
    let kid = key["kid"].as_str().unwrap();

    for name in ["none", "None", "NONE"] {
        let header = json!({"alg": name, "typ": "JWT", "kid": kid});
        let unsigned = format!("{}.{}.", encoded(&header), encoded(&claims));
        assert_refused(&user.with_token(unsigned).me().await, 401);
    }

    // Forges tokens that are signed symmetrically. The secret of their signature is the published public key.
    let x = key["x"].as_str().unwrap();
    let public_key = BASE64URL.decode(x).unwrap();
    for secret in [x.as_bytes(), &public_key] {
        let header = json!({"alg": "HS256", "typ": "JWT", "kid": kid});
        let message = format!("{}.{}", encoded(&header), encoded(&claims));
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let tag = BASE64URL.encode(hmac::sign(&secret, message.as_bytes()));
        let forged = format!("{message}.{tag}");
        assert_refused(&user.with_token(forged).me().await, 401);
    }
}

/// Returns a token that is signed with this key.
fn signed(key: &Ed25519KeyPair, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let signature = BASE64URL.encode(key.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

#[tokio::test]
async fn a_token_that_names_a_key_of_its_own_signs_nobody_in() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let claims = part(&user.account.access_token, 1);
    let published = published_key(&stack, &user).await;
    let kid = &published["kid"];
    let own = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let x = BASE64URL.encode(own.public_key());
    let jwk =
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x});

    let kids = [
        json!("unknown"),
        json!(""),
        json!(null),
        json!(0),
        json!([kid]),
        json!("../../../../dev/null"),
        json!("' OR '1'='1"),
        json!("| sleep 10"),
        json!("\u{0}"),
        json!("k".repeat(5_000)),
        json!(x),
    ];
    let mut headers: Vec<Value> = kids.iter().map(|kid| json!({"kid": kid})).collect();
    headers.extend([
        json!({}),
        json!({"kid": kid}),
        json!({"kid": kid, "jwk": jwk}),
        json!({"jwk": jwk}),
        json!({"kid": kid, "jku": "https://example.org/jwks.json"}),
        json!({"kid": kid, "x5u": "https://example.org/key.pem", "x5c": [x]}),
        json!({"kid": kid, "crit": ["exp"], "exp": 0}),
        json!({"kid": kid, "b64": false, "crit": ["b64"]}),
        json!({"kid": kid, "zip": "DEF"}),
    ]);
    for mut header in headers {
        header["alg"] = json!("EdDSA");
        header["typ"] = json!("JWT");
        let forged = signed(&own, &header, &claims);
        assert_refused(&user.with_token(forged).me().await, 401);
    }
}

/// With these signatures, a careless verifier accepts any message under some keys.
#[tokio::test]
async fn a_signature_of_zeros_or_of_the_neutral_element_signs_nobody_in() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let token = &user.account.access_token;
    let (content, _) = token.rsplit_once('.').unwrap();
    let mut neutral = [0; 64];
    neutral[0] = 1;
    for signature in [[0; 64], neutral, [0xff; 64]] {
        let forged = format!("{content}.{}", BASE64URL.encode(signature));
        assert_refused(&user.with_token(forged).me().await, 401);
    }
}

#[tokio::test]
async fn a_refresh_token_is_no_access_token() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let confused = user.with_token(&user.account.refresh_token);
    assert_refused(&confused.me().await, 401);
}
