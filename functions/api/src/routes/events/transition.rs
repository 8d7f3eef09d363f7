//! `POST /v1/events/{id}/publish`, `/cancel` and `/complete`.

use axum::extract::State;
use bootstrap::clock;
use domain::{
    event::{Event, EventStatus},
    guest_list::bucket::bucket_count,
    id::EventId,
    invalid::{Findings, Invalid},
    policy::Actor,
    text::CancelReason,
};
use serde::Deserialize;
use store::EventWrite;
use utoipa::ToSchema;

use super::{
    access,
    get::{Found, shown},
};
use crate::{
    app::{App, Shared},
    extract::{EventPath, OptionalBody, SignedIn},
    problem::ApiError,
};

/// Tries of a transition that met other changes of the event.
const MAX_TRIES: u32 = 5;

/// Why an event is cancelled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CancelEvent {
    /// For its registrants; at most 2,000 characters.
    reason: Option<String>,
}

/// Publishes a draft: it is listed, and registration is open between its times.
#[utoipa::path(post, path = "/v1/events/{id}/publish", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = crate::views::EventView, headers(("ETag" = String, description = "Version, for `If-Match`"))), (status = 409, description = "`invalid-transition` with `from` and `to`"), (status = 422, description = "`invalid`: it would start in the past"),
))]
pub(crate) async fn publish_event(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    EventPath(id): EventPath,
) -> Result<Found, ApiError> {
    transition(&app, &actor, id, EventStatus::Published, None).await
}

/// Cancels a published event. When the answer is given, nobody can register any more.
#[utoipa::path(post, path = "/v1/events/{id}/cancel", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), request_body(content = Option<CancelEvent>), responses(
    (status = 200, body = crate::views::EventView, headers(("ETag" = String, description = "Version, for `If-Match`"))), (status = 409, description = "`invalid-transition` with `from` and `to`"),
))]
pub(crate) async fn cancel_event(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    EventPath(id): EventPath,
    OptionalBody(body): OptionalBody<CancelEvent>,
) -> Result<Found, ApiError> {
    let mut findings = Findings::default();
    let reason = body
        .reason
        .and_then(|text| findings.check("/reason", CancelReason::parse(&text)));
    findings.finish(Some(()))?;
    transition(&app, &actor, id, EventStatus::Cancelled, reason).await
}

/// Completes a published event. When the answer is given, nobody can register any more.
#[utoipa::path(post, path = "/v1/events/{id}/complete", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = crate::views::EventView, headers(("ETag" = String, description = "Version, for `If-Match`"))), (status = 409, description = "`invalid-transition` with `from` and `to`"),
))]
pub(crate) async fn complete_event(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    EventPath(id): EventPath,
) -> Result<Found, ApiError> {
    transition(&app, &actor, id, EventStatus::Completed, None).await
}

async fn transition(
    app: &App,
    actor: &Actor,
    id: EventId,
    to: EventStatus,
    reason: Option<CancelReason>,
) -> Result<Found, ApiError> {
    for _ in 0..MAX_TRIES {
        let before = access::managed(app, actor, id).await?;
        let status = match before.status.transition(to) {
            Ok(status) => status,
            Err(invalid) => {
                // Perhaps a call died between the event and its buckets: whoever asks again may rely on them, too.
                if before.status == to && to != EventStatus::Published {
                    app.store.align_buckets_behind(&before).await?;
                }
                return Err(invalid.into());
            }
        };
        let mut after = Event {
            status,
            cancel_reason: reason.clone(),
            version: before.version + 1,
            updated_at: clock::now(),
            ..before
        };
        if to == EventStatus::Published {
            check_start(&after)?;
            after.bucket_count = bucket_count(after.details.capacity.get());
            // The seats are there before anyone can see the event; a publication that dies here is repeated.
            app.store.lay_out(&after).await?;
            app.store.init_availability(&after).await?;
        }
        match app.store.update_event(&after).await? {
            EventWrite::Stale => {}
            EventWrite::Written => {
                if to != EventStatus::Published {
                    // Should this process die here, the relay does it.
                    app.store.align_buckets(&after).await?;
                }
                return shown(app, &after).await;
            }
        }
    }
    Err(ApiError::Contended)
}

fn check_start(event: &Event) -> Result<(), ApiError> {
    if event.details.schedule.starts_at > event.updated_at {
        return Ok(());
    }
    let detail = "must be in the future when the event is published".to_owned();
    Err(ApiError::Invalid(vec![Invalid {
        pointer: "/startsAt".to_owned(),
        detail,
    }]))
}
