//! `GET /.well-known/jwks.json`.

use axum::{Json, extract::State, http::header, response::IntoResponse};

use crate::app::Shared;

/// The public keys of access tokens, as a JSON Web Key Set (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "accounts", responses((status = 200, description = "JSON Web Key Set", body = Object)))]
pub(crate) async fn jwks(State(app): State<Shared>) -> impl IntoResponse {
    (
        [(header::CACHE_CONTROL, "public, max-age=300")],
        Json(app.access_tokens.jwks()),
    )
}
