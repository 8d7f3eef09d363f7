//! Handles `GET /v1/admin/stats`.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue},
};
use bootstrap::clock;
use domain::{security::policy::Action, stats::StatsOf};

use crate::{
    access, app::Shared, extract::SignedIn, headers::NO_STORE, problem::ApiError,
    views::AdminStatsView,
};

/// Returns the statistics of the deployment, in total and for today. They are at most two seconds old.
#[utoipa::path(get, path = "/v1/admin/stats", tag = "administration", security(("bearer" = [])), responses(
    (status = 200, body = AdminStatsView), (status = 403, description = "`forbidden`"),
))]
pub(crate) async fn admin_stats(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
) -> Result<([(HeaderName, HeaderValue); 1], Json<AdminStatsView>), ApiError> {
    access::deployment(&actor, Action::ReadStats)?;
    let today = store::day_of(clock::now());
    let today = app.store.counted_of_day(StatsOf::System, &today).await?;
    let total = app.store.counted(StatsOf::System).await?;
    let view = AdminStatsView::new(&total.tally, &today);
    Ok(([NO_STORE], Json(view)))
}
