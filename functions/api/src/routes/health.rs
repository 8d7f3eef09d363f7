//! Handles `GET /health` and `GET /openapi.json`.

pub(crate) mod ready;

use axum::{Json, http::header, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{openapi, problem::ApiError, views::words};

/// Confirmation that the function runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(value_type = words::Ok)]
    status: &'static str,
    #[schema(example = "0.1.0")]
    version: &'static str,
}

/// Whether the function runs. It does not check other services.
#[utoipa::path(get, path = "/health", tag = "health", responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health {
        status: words::OK,
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// This contract.
#[utoipa::path(get, path = "/openapi.json", tag = "health", params(
    ("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer that the caller has a copy of"),
), responses(
    (status = 200, description = "The `OpenAPI` document", body = HashMap<String, serde_json::Value>, headers(("ETag" = String, description = "Value for the header `If-None-Match`"))),
    (status = 304, description = "The caller's copy is current"),
))]
pub(crate) async fn openapi() -> Result<impl IntoResponse, ApiError> {
    let document = openapi::served().map_err(ApiError::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], document))
}
