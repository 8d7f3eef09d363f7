//! Handles `GET /.well-known/jwks.json`.

use std::collections::HashMap;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use domain::security::access_token;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::Shared;

/// As RFC 7517 says.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what the domain makes")]
struct JwkSet {
    /// Public keys (RFC 7517): Ed25519.
    keys: Vec<HashMap<String, Value>>,
}

/// The public keys of access tokens, as a JSON Web Key Set (RFC 7517): first the one that signs, then those that did, or
/// will.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "accounts", params(
    ("If-None-Match" = Option<String>, Header, description = "`ETag` of an answer that the caller keeps"),
), responses(
    (status = 200, description = "JSON Web Key Set", body = inline(JwkSet), headers(("ETag" = String, description = "For `If-None-Match`"))),
    (status = 304, description = "They are as the caller keeps them"),
))]
pub(crate) async fn jwks(State(app): State<Shared>) -> impl IntoResponse {
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        Json(access_token::jwks(&app.verifying())),
    )
}
