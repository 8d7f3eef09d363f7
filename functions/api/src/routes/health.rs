//! Health, and the contract.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use bootstrap::error_chain::ErrorChain;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::Shared, openapi};

/// How long a dependency may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The function runs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
    version: &'static str,
}

/// Whether what the function needs is there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ready` or `not-ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// By dependency.
    checks: BTreeMap<&'static str, Check>,
}

/// One dependency.
#[derive(Debug, Serialize, ToSchema)]
struct Check {
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the function runs. Asks nothing of anybody.
#[utoipa::path(get, path = "/health", tag = "health", responses((status = 200, body = Health)))]
pub(crate) async fn health() -> Json<Health> {
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Whether what the function needs is there, too.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses(
    (status = 200, description = "Ready", body = Readiness),
    (status = 503, description = "A dependency is away", body = Readiness),
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
        Json(Readiness {
            status: word,
            checks: BTreeMap::from([("table", Check { status: table })]),
        }),
    )
}

/// This contract.
#[utoipa::path(get, path = "/openapi.json", tag = "health", responses((status = 200, description = "The `OpenAPI` document", body = HashMap<String, serde_json::Value>)))]
pub(crate) async fn openapi() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        openapi::COMMITTED,
    )
}
