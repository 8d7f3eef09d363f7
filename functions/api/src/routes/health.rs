//! Health, and the contract.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use bootstrap::error_chain::ErrorChain;
use serde_json::{Value, json};

use crate::{app::Shared, openapi};

/// How long a dependency may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the function runs. Asks nothing of anybody.
#[utoipa::path(get, path = "/health", tag = "health", responses((status = 200, description = "`{status, version}`", body = Object)))]
pub(crate) async fn health() -> Json<Value> {
    Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}))
}

/// Whether what the function needs is there, too.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses(
    (status = 200, description = "`{status, checks}`: ready", body = Object),
    (status = 503, description = "`{status, checks}`: a dependency is away", body = Object),
))]
pub(crate) async fn ready(State(app): State<Shared>) -> impl IntoResponse {
    let table = match tokio::time::timeout(PATIENCE, app.store.ping()).await {
        Ok(Ok(())) => "ok",
        Ok(Err(error)) => {
            tracing::warn!(error = %ErrorChain(&error), "table_not_ready");
            "failing"
        }
        Err(_) => "slow",
    };
    let (status, word) = if table == "ok" {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not-ready")
    };
    (
        status,
        Json(json!({"status": word, "checks": {"table": {"status": table}}})),
    )
}

/// This contract.
#[utoipa::path(get, path = "/openapi.json", tag = "health", responses((status = 200, description = "The `OpenAPI` document", body = Object)))]
pub(crate) async fn openapi() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        openapi::COMMITTED,
    )
}
