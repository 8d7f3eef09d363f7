//! Handles `GET /.well-known/jwks.json`.

use std::collections::HashMap;

use axum::{Json, extract::State, http::header, response::IntoResponse};
use domain::security::access_token;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::Shared;

/// A JSON Web Key Set, as RFC 7517 defines it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what the domain makes")]
struct JwkSet {
    /// Public keys of the algorithm Ed25519, in the form of RFC 7517.
    keys: Vec<HashMap<String, Value>>,
}

/// The public keys of access tokens, as a JSON Web Key Set (RFC 7517): first the key that signs now, then keys that signed
/// earlier or will sign later.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "accounts", params(
    ("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer that the caller has a copy of"),
), responses(
    (status = 200, description = "JSON Web Key Set", body = inline(JwkSet), headers(("ETag" = String, description = "Value for the header `If-None-Match`"))),
    (status = 304, description = "The caller's copy is current"),
))]
pub(crate) async fn jwks(State(app): State<Shared>) -> impl IntoResponse {
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        Json(access_token::jwks(&app.verifying())),
    )
}
