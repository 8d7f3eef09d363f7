//! Handles `GET /v1/events/{id}/stats`.

use axum::{Json, extract::State};
use domain::{events::Event, security::policy::Action, stats::StatsOf};

use crate::{
    access,
    app::{App, Shared},
    extract::{EventPath, SignedIn},
    headers::NO_STORE,
    problem::ApiError,
    views::EventStatsView,
};

/// The answer: the header `Cache-Control` and the statistics.
pub(super) type Shown = (
    [(axum::http::HeaderName, axum::http::HeaderValue); 1],
    Json<EventStatsView>,
);

/// Returns the statistics of an event. They are at most two seconds old. The request costs as much for ten registrants as for
/// 100,000.
#[utoipa::path(get, path = "/v1/events/{id}/stats", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = EventStatsView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn event_stats(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
) -> Result<Shown, ApiError> {
    let event = access::event(&app, &actor, Action::ReadEventStats, path).await?;
    shown(&app, &event).await
}

pub(super) async fn shown(app: &App, event: &Event) -> Result<Shown, ApiError> {
    let counted = app.store.counted(StatsOf::Event(event.id)).await?;
    let availability = app.store.availability(event.id).await?;
    let view = EventStatsView::new(event, availability, &counted.tally);
    Ok(([NO_STORE], Json(view)))
}
