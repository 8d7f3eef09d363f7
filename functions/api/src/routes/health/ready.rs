//! Handles `GET /health/ready`.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    app::Shared,
    health::{
        LIFE,
        report::{Readiness, Verdict},
    },
};

/// Returns whether the services that the deployment needs are available. The result is at most three seconds old. Each check
/// ends within two seconds.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses(
    (status = 200, description = "The deployment is ready, or degraded", body = Readiness),
    (status = 503, description = "The deployment is not ready. `Retry-After` says when to send the request again", body = Readiness),
))]
pub(crate) async fn ready(State(app): State<Shared>) -> Response {
    let readiness = app.health.readiness(&app.store).await;
    match readiness.status {
        Verdict::Ready | Verdict::Degraded => Json(readiness).into_response(),
        Verdict::NotReady => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, LIFE.as_secs().to_string())],
            Json(readiness),
        )
            .into_response(),
    }
}
