//! `GET /v1/events/{id}/registrations`.

mod guests;
mod waiting;

use std::collections::HashMap;

use axum::{Extension, Json, extract::State};
use domain::{
    id::{EventId, UserId},
    invalid::Findings,
    registration::{Registration, RegistrationStatus},
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, Shared},
    extract::{EventPath, ListQuery, Paged, SignedIn},
    problem::ApiError,
    request::RequestId,
    routes::events::access,
    views::AttendeeView,
};

/// Where the list goes on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Position {
    Guests(guests::Position),
    Waiting(waiting::Position),
}

/// The event's registrants, with name and address: first those with a seat, in the order of the guest list, then the
/// waitlist from its head.
#[utoipa::path(get, path = "/v1/events/{id}/registrations", tag = "registrations", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before"),
    ("status" = Option<String>, Query, description = "`confirmed` or `waitlisted`; both by default"),
), responses((status = 200, body = Paged<AttendeeView>), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`")))]
pub(crate) async fn list_attendees(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    EventPath(id): EventPath,
    query: ListQuery,
    Extension(RequestId(request)): Extension<RequestId>,
) -> Result<Json<Paged<AttendeeView>>, ApiError> {
    let event = access::managed(&app, &actor, id).await?;
    let mut findings = Findings::default();
    let wanted = query.filter(&mut findings, "status", |text| match text {
        "confirmed" => Ok(RegistrationStatus::Confirmed),
        "waitlisted" => Ok(RegistrationStatus::Waitlisted),
        _ => Err("must be one of confirmed, waitlisted"),
    });
    findings.finish(Some(()))?;
    let list = format!(
        "registrations/{id}/{}",
        wanted.map_or("", RegistrationStatus::as_str)
    );
    let start =
        query
            .position(&app, &list)?
            .unwrap_or(if wanted == Some(RegistrationStatus::Waitlisted) {
                Position::Waiting(waiting::Position::default())
            } else {
                Position::Guests(guests::Position::default())
            });

    let mut items = Vec::new();
    let from_head = match start {
        Position::Waiting(from) => from,
        Position::Guests(from) => {
            let (guests, next) = guests::page(&app, &event, from, query.limit).await?;
            items = guests::views(&app, &event, &guests, &request).await?;
            if let Some(next) = next {
                let next = Position::Guests(next);
                return Ok(Json(Paged::new(&app, &list, items, Some(next))));
            }
            if wanted.is_some() {
                return Ok(Json(Paged::new(&app, &list, items, None::<Position>)));
            }
            waiting::Position::default()
        }
    };
    let left = query.limit - items.len();
    let (waiting, next) = waiting::page(&app, &event, from_head, left).await?;
    items.extend(waiting);
    Ok(Json(Paged::new(
        &app,
        &list,
        items,
        next.map(Position::Waiting),
    )))
}

/// Accounts and registrations of these users.
async fn people(
    app: &App,
    event: EventId,
    ids: &[UserId],
) -> Result<(HashMap<UserId, User>, Vec<Registration>), ApiError> {
    let users = app.store.users(ids).await?;
    let registrations = app
        .store
        .registrations(ids.iter().map(|user| (event, *user)))
        .await?;
    let users = users.into_iter().map(|user| (user.id, user)).collect();
    Ok((users, registrations))
}
