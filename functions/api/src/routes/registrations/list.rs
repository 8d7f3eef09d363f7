//! `GET /v1/events/{id}/registrations`.

use std::collections::HashMap;

use axum::{Extension, Json, extract::State};
use bootstrap::clock;
use domain::{
    event::Event,
    guest_list::{bucket::BucketNo, claim::SeatRev},
    id::UserId,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, Shared},
    extract::{EventPath, ListQuery, Paged, SignedIn},
    problem::ApiError,
    request::RequestId,
    routes::{events::access, tickets::issued::tickets_of},
    views::AttendeeView,
};

/// Buckets read at once.
const BUCKETS_PER_READ: BucketNo = 4;

/// Where the list goes on: in this bucket, after this guest.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Position {
    bucket: BucketNo,
    after: Option<UserId>,
}

/// A guest, and the revision of the bucket in which they were seen.
type Guest = (UserId, u64);

/// The event's confirmed registrants, with name and address, in the order of the guest list.
#[utoipa::path(get, path = "/v1/events/{id}/registrations", tag = "registrations", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before"),
), responses((status = 200, body = Paged<AttendeeView>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn list_attendees(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    EventPath(id): EventPath,
    query: ListQuery,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<Json<Paged<AttendeeView>>, ApiError> {
    let event = access::managed(&app, &actor, id).await?;
    let list = format!("registrations/{id}");
    let start = query.position(&app, &list)?.unwrap_or(Position {
        bucket: 0,
        after: None,
    });
    let (guests, next) = guests(&app, &event, start, query.limit).await?;
    let items = attendees(&app, &event, &guests, &request).await?;
    Ok(Json(Paged::new(&app, &list, items, next)))
}

/// Up to `limit` guests from `start` on, and where the list goes on.
async fn guests(
    app: &App,
    event: &Event,
    start: Position,
    limit: usize,
) -> Result<(Vec<Guest>, Option<Position>), ApiError> {
    let mut guests = Vec::new();
    let mut last_position = None;
    let mut first = start.bucket;
    while first < event.bucket_count {
        let end = first
            .saturating_add(BUCKETS_PER_READ)
            .min(event.bucket_count);
        for bucket in app.store.buckets(event.id, first..end).await? {
            let after = start.after.filter(|_| bucket.no == start.bucket);
            let mut users: Vec<UserId> =
                bucket.guests.iter().map(|guest| guest.user_id()).collect();
            users.retain(|user| after.is_none_or(|after| *user > after));
            for user in users {
                if guests.len() == limit {
                    return Ok((guests, last_position));
                }
                last_position = Some(Position {
                    bucket: bucket.no,
                    after: Some(user),
                });
                guests.push((user, bucket.rev));
            }
        }
        first = end;
    }
    Ok((guests, None))
}

async fn attendees(
    app: &App,
    event: &Event,
    guests: &[Guest],
    request: &str,
) -> Result<Vec<AttendeeView>, ApiError> {
    let ids: Vec<UserId> = guests.iter().map(|(user, _)| *user).collect();
    let users: HashMap<UserId, _> = app
        .store
        .users(&ids)
        .await?
        .into_iter()
        .map(|user| (user.id, user))
        .collect();
    let registrations = app
        .store
        .registrations(ids.iter().map(|user| (event.id, *user)))
        .await?;
    let tickets = tickets_of(app, &registrations).await?;
    let mut registrations: HashMap<UserId, _> = registrations
        .into_iter()
        .map(|item| (item.user_id, item))
        .collect();
    let mut views = Vec::with_capacity(guests.len());
    for (id, rev) in guests {
        let Some(user) = users.get(id) else { continue };
        let registration = match registrations.remove(id) {
            Some(registration) => registration,
            // Its write was lost, and the relay has not come to it yet.
            None => app
                .store
                .record_seat(event.id, *id, SeatRev::Seen(*rev), clock::now(), request)
                .await?
                .into_registration(),
        };
        let ticket = tickets.get(&(event.id, *id));
        views.push(AttendeeView::new(
            event,
            &registration,
            ticket.map(|ticket| ticket.code),
            user,
        ));
    }
    Ok(views)
}
