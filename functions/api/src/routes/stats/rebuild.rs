//! Handles `POST /v1/events/{id}/stats/rebuild`.

use std::time::Duration;

use axum::extract::State;
use domain::{
    security::{audit::Deed, policy::Action},
    stats::{StatsOf, counter::Counter},
};

use super::{
    event::{Shown, shown},
    recount::recount,
};
use crate::{
    access,
    app::Shared,
    extract::{Acting, EventPath},
    problem::ApiError,
};

/// The time until a write to the table is part of the statistics, unless the relay is behind.
const SETTLING: Duration = Duration::from_secs(2);
/// The maximum number of times that an event is recounted. A recount is repeated if the event's statistics change before they are corrected.
const MAX_TRIES: u32 = 3;

/// Recounts an event's registrations, tickets and admissions, and corrects its statistics. Mails are not recounted. The count
/// takes a few seconds. If something happens at the event meanwhile, the answer is `busy`, and nothing is changed. Do not
/// rebuild statistics while the relay is behind (see `GET /health/ready`), because the result may be wrong. A later rebuild
/// corrects it.
#[utoipa::path(post, path = "/v1/events/{id}/stats/rebuild", tag = "administration", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, description = "The statistics as they are now", body = crate::views::EventStatsView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
    (status = 503, description = "`busy`: something is happening at the event"),
))]
pub(crate) async fn rebuild_event_stats(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
) -> Result<Shown, ApiError> {
    let id = access::any_event(&acting.actor, Action::RebuildEventStats, path)?;
    let of = StatsOf::Event(id);
    for _ in 0..MAX_TRIES {
        let counted = app.store.counted(of).await?;
        let (event, there) = recount(&app, id).await?;
        let mut known = counted.tally.clone();
        known.retain(|counter| !matches!(counter, Counter::Mail(_)));
        let correction = there.since(&known);
        // The recount may include writes whose records the relay has not yet added to the statistics, so the relay gets time to
        // add them.
        tokio::time::sleep(SETTLING).await;
        let corrected = correction.iter().count();
        let entry = acting.entry(&Deed::RebuildStats {
            event: id,
            corrected,
        });
        if app.store.correct(of, &counted, &correction, &entry).await? {
            tracing::info!(request_id = acting.request, event.id = %id, corrected, "stats_rebuilt");
            return shown(&app, &event).await;
        }
    }
    Err(ApiError::Contended)
}
