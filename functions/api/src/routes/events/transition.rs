//! Handles `POST /v1/events/{id}/publish`, `/cancel` and `/complete`.

use axum::extract::State;
use bootstrap::clock;
use domain::{
    events::{Event, EventStatus},
    id::EventId,
    invalid::{Findings, Invalid, Reason},
    seats::bucket::bucket_count,
    security::{audit::Deed, policy::Action},
    text::CancelReason,
};
use serde::Deserialize;
use store::EventWrite;
use utoipa::ToSchema;

use super::get::{Found, shown};
use crate::{
    access,
    app::{App, Shared},
    extract::{Acting, EventPath, OptionalBody},
    problem::ApiError,
};

/// The maximum number of tries of a transition of an event's status. A try is repeated if another request changed the event at the
/// same time.
const MAX_TRIES: u32 = 5;

/// Why an event is cancelled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CancelEvent {
    /// Reason of the cancellation, which registrants read: at most 2,000 characters.
    reason: Option<String>,
}

/// Publishes a draft. The event is listed, and people can register between the times at which registration opens and closes.
#[utoipa::path(post, path = "/v1/events/{id}/publish", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = crate::views::EventView, headers(("ETag" = String, description = "Value for the header `If-Match`"))), (status = 403, description = "`forbidden`"), (status = 409, description = "`invalid-transition` with `from` and `to`"), (status = 422, description = "`invalid`: the event would start in the past"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn publish_event(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
) -> Result<Found, ApiError> {
    transition(&app, &acting, path, TransitionStep::Publish).await
}

/// Cancels a published event. When the answer is given, nobody can register any more.
#[utoipa::path(post, path = "/v1/events/{id}/cancel", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), request_body(content = Option<CancelEvent>), responses(
    (status = 200, body = crate::views::EventView, headers(("ETag" = String, description = "Value for the header `If-Match`"))), (status = 403, description = "`forbidden`"), (status = 409, description = "`invalid-transition` with `from` and `to`"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn cancel_event(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    OptionalBody(body): OptionalBody<CancelEvent>,
) -> Result<Found, ApiError> {
    let mut findings = Findings::default();
    let reason = body
        .reason
        .and_then(|text| findings.check("/reason", CancelReason::parse(&text)));
    findings.finish(Some(()))?;
    transition(&app, &acting, path, TransitionStep::Cancel(reason)).await
}

/// Completes a published event. When the answer is given, nobody can register any more.
#[utoipa::path(post, path = "/v1/events/{id}/complete", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = crate::views::EventView, headers(("ETag" = String, description = "Value for the header `If-Match`"))), (status = 403, description = "`forbidden`"), (status = 409, description = "`invalid-transition` with `from` and `to`"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn complete_event(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
) -> Result<Found, ApiError> {
    transition(&app, &acting, path, TransitionStep::Complete).await
}

/// A transition of an event's status.
enum TransitionStep {
    Publish,
    Cancel(Option<CancelReason>),
    Complete,
}

impl TransitionStep {
    /// Returns the status of the event after the transition.
    fn to(&self) -> EventStatus {
        match self {
            Self::Publish => EventStatus::Published,
            Self::Cancel(_) => EventStatus::Cancelled,
            Self::Complete => EventStatus::Completed,
        }
    }

    /// Returns the reason for a cancellation, if the organizer gave one.
    fn reason(&self) -> Option<CancelReason> {
        match self {
            Self::Cancel(reason) => reason.clone(),
            Self::Publish | Self::Complete => None,
        }
    }

    /// Returns the transition as an audit log entry records it.
    fn deed(&self, event: EventId) -> Deed {
        match self {
            Self::Publish => Deed::PublishEvent(event),
            Self::Cancel(reason) => Deed::CancelEvent {
                event,
                reason: reason.clone(),
            },
            Self::Complete => Deed::CompleteEvent(event),
        }
    }
}

async fn transition(
    app: &App,
    acting: &Acting,
    path: EventPath,
    step: TransitionStep,
) -> Result<Found, ApiError> {
    let to = step.to();
    for _ in 0..MAX_TRIES {
        let before = access::event(app, &acting.actor, Action::ChangeEvent, path).await?;
        let status = match before.status.transition(to) {
            Ok(status) => status,
            Err(invalid) => {
                // An earlier request may have crashed after it wrote the event and before it updated all buckets. So a repeated
                // request updates the remaining buckets.
                if before.status == to && to != EventStatus::Published {
                    app.store
                        .align_buckets_behind(&before, &acting.request)
                        .await?;
                }
                return Err(invalid.into());
            }
        };
        let now = clock::now();
        let mut after = Event {
            status,
            cancel_reason: step.reason(),
            cancelled_at: (to == EventStatus::Cancelled).then_some(now),
            version: before.version + 1,
            updated_at: now,
            ..before
        };
        if to == EventStatus::Published {
            check_start(&after)?;
            after.bucket_count = bucket_count(after.details.capacity.get());
            // The seats are stored before anyone can see the event. If the process crashes after this, the event is still a
            // draft, so the organizer can publish it.
            app.store.lay_out(&after).await?;
            app.store.init_availability(&after).await?;
        }
        let entry = acting.entry(&step.deed(after.id));
        match app
            .store
            .update_event(&after, &acting.request, Some(&entry))
            .await?
        {
            EventWrite::Stale => {}
            EventWrite::Written => {
                if to != EventStatus::Published {
                    // If the process crashes before it has updated the buckets, the relay updates them.
                    app.store.align_buckets(&after, &acting.request).await?;
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
    let detail = "must be in the future when the event is published";
    let refused = Invalid::new("/startsAt", Reason::NotInFuture, detail);
    Err(ApiError::Invalid(vec![refused]))
}
