//! Handles `PATCH /v1/events/{id}`.

use std::time::Duration;

use axum::extract::State;
use bootstrap::clock;
use domain::{
    events::{Capacity, Event, EventStatus},
    invalid::{Invalid, Reason},
    seats::{
        availability::{Availability, BucketCounts},
        bucket::Terms,
        capacity_change,
    },
    security::{
        audit::{AuditEntry, Deed, EventUpdate},
        policy::Action,
    },
};
use store::{EventWrite, StoreError};

use super::{
    get::{Found, shown},
    input::UpdateEvent,
};
use crate::{
    access,
    app::{App, Shared},
    extract::{Acting, Body, EventPath, IfMatch},
    problem::ApiError,
};

/// The maximum number of tries of a change of the capacity. A try is repeated if registrations changed the same buckets at the same
/// time.
const MAX_TRIES: u32 = 10;

/// Changes an event. If the event is published, a new capacity or new times apply to its registrations before the answer is
/// given. If the request changes no value, nothing is written and the version stays.
#[utoipa::path(patch, path = "/v1/events/{id}", tag = "events", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("If-Match" = String, Header, description = "`ETag` of the version that is changed"),
), request_body = UpdateEvent, responses(
    (status = 200, body = crate::views::EventView, headers(("ETag" = String, description = "Value for the header `If-Match`"))),
    (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
    (status = 409, description = "`capacity-below-registered` with `registered`, or `not-editable`"),
    (status = 412, description = "`precondition-failed`"), (status = 422, description = "`invalid`"), (status = 428, description = "`precondition-required`"), (status = 503, description = "`busy`"),
))]
pub(crate) async fn update_event(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    if_match: IfMatch,
    Body(body): Body<UpdateEvent>,
) -> Result<Found, ApiError> {
    let before = access::event(&app, &acting.actor, Action::ChangeEvent, path).await?;
    if_match.check(&before)?;
    let details = body.apply(before.details.clone())?;
    let mut after = Event {
        details,
        version: before.version + 1,
        updated_at: clock::now(),
        ..before.clone()
    };
    match before.status {
        // The request changes no value, so the event keeps its version. A caller who has read this version can still change the
        // event.
        EventStatus::Draft | EventStatus::Published if after.details == before.details => {
            return shown(&app, &before).await;
        }
        EventStatus::Draft => write(&app, &acting, &before, &after).await?,
        EventStatus::Published => {
            check_start(&before, &after)?;
            change_published(&app, &acting, &before, &mut after).await?;
        }
        EventStatus::Cancelled | EventStatus::Completed => {
            return Err(ApiError::NotEditable {
                status: before.status.as_str(),
            });
        }
    }
    shown(&app, &after).await
}

/// Returns the audit log entry of a change; `None` if nothing changes.
fn entry(acting: &Acting, before: &Event, after: &Event) -> Option<AuditEntry> {
    EventUpdate::between(before, after).map(|update| acting.entry(&Deed::UpdateEvent(update)))
}

/// Writes the changed event, and its audit log entry, without changing a bucket.
async fn write(app: &App, acting: &Acting, before: &Event, after: &Event) -> Result<(), ApiError> {
    let entry = entry(acting, before, after);
    expect_written(
        app.store
            .update_event(after, &acting.request, entry.as_ref())
            .await?,
    )
}

fn expect_written(write: EventWrite) -> Result<(), ApiError> {
    match write {
        EventWrite::Written => Ok(()),
        EventWrite::Stale => Err(ApiError::PreconditionFailed),
    }
}

/// Refuses a changed start of the event if it is not in the future.
fn check_start(before: &Event, after: &Event) -> Result<(), ApiError> {
    let start = after.details.schedule.starts_at;
    if start != before.details.schedule.starts_at && start <= after.updated_at {
        let refused = Invalid::new("/startsAt", Reason::NotInFuture, "must be in the future");
        return Err(ApiError::Invalid(vec![refused]));
    }
    Ok(())
}

async fn change_published(
    app: &App,
    acting: &Acting,
    before: &Event,
    after: &mut Event,
) -> Result<(), ApiError> {
    let (from, to) = (before.details.capacity.get(), after.details.capacity.get());
    match to.cmp(&from) {
        std::cmp::Ordering::Equal => write(app, acting, before, after).await?,
        std::cmp::Ordering::Greater => raise(app, acting, before, after).await?,
        std::cmp::Ordering::Less => lower(app, acting, before, after).await?,
    }
    if Terms::of(before).differ_from(&Terms::of(after)) {
        // If the process crashes before it has updated the buckets, the relay updates them.
        app.store.align_buckets(after, &acting.request).await?;
    }
    Ok(())
}

async fn raise(app: &App, acting: &Acting, before: &Event, event: &Event) -> Result<(), ApiError> {
    let most = capacity_change::most_seats(event.bucket_count);
    if event.details.capacity.get() > most {
        let detail = format!(
            "must be at most {most}: the guest list of this event was laid out for fewer seats when it was published"
        );
        let refused = Invalid::new("/capacity", Reason::OverLayout { max: most }, detail);
        return Err(ApiError::Invalid(vec![refused]));
    }
    let plan = capacity_change::raise(
        event.bucket_count,
        event.details.capacity.get() - before.details.capacity.get(),
        fastrand::u16(..event.bucket_count.max(1)),
    );
    let entry = entry(acting, before, event);
    let mut tries = 0;
    loop {
        let raised = app
            .store
            .raise_capacity(event, &plan, &acting.request, entry.as_ref())
            .await;
        match raised {
            // The transaction conflicted with registrations in the same buckets, so it is retried.
            Err(StoreError::Contended(_)) => pause(&mut tries).await?,
            other => return expect_written(other?),
        }
    }
}

/// Removes seats in as many transactions as needed. After each transaction, the capacity of the event and the seats of its
/// buckets agree. Only the last transaction makes the other changes of `after`. So if a transaction is refused, only the
/// capacity has changed. Each transaction writes its own entry of the audit log.
async fn lower(
    app: &App,
    acting: &Acting,
    before: &Event,
    after: &mut Event,
) -> Result<(), ApiError> {
    let wanted = after.details.capacity.get();
    let mut current = before.clone();
    let mut tries = 0;
    loop {
        let mut known = Availability::default();
        for bucket in app.store.buckets(after.id, 0..after.bucket_count).await? {
            known.update(bucket.no, BucketCounts::from(&bucket));
        }
        let left = current.details.capacity.get() - wanted;
        let plan = capacity_change::lower(&known, left).map_err(|below| {
            ApiError::CapacityBelowRegistered {
                registered: below.registered,
            }
        })?;
        let taken: u32 = plan
            .iter()
            .map(|withdrawal| withdrawal.free + withdrawal.held)
            .sum();
        let last = taken == left;
        let mut next = if last { after.clone() } else { current.clone() };
        next.details.capacity =
            Capacity::try_from(wanted + left - taken).map_err(ApiError::internal)?;
        next.version = current.version + 1;
        next.updated_at = after.updated_at;
        let entry = entry(acting, &current, &next);
        let lowered = app
            .store
            .lower_capacity(&next, &plan, &acting.request, entry.as_ref())
            .await;
        match lowered {
            // The transaction conflicted with registrations in the same buckets, so it is retried.
            Err(StoreError::Contended(_)) => pause(&mut tries).await?,
            other => {
                expect_written(other?)?;
                current = next;
                if last {
                    after.version = current.version;
                    return Ok(());
                }
            }
        }
    }
}

/// Waits for a random time before a change of the capacity is retried. Returns an error after too many tries.
async fn pause(tries: &mut u32) -> Result<(), ApiError> {
    *tries += 1;
    if *tries > MAX_TRIES {
        return Err(ApiError::Contended);
    }
    tokio::time::sleep(Duration::from_millis(fastrand::u64(
        1..=50 * u64::from(*tries),
    )))
    .await;
    Ok(())
}
