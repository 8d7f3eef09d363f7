//! Handles `GET /v1/me/door-events`.

use axum::{Json, extract::State};
use domain::{id::EventId, security::policy::Action};

use super::list::shown;
use crate::{
    access,
    app::Shared,
    extract::{ListQuery, Paged, SignedIn},
    problem::ApiError,
    views::EventView,
};

const LIST: &str = "me/door-events";

/// The events that the caller is door staff of, the newest event first. Events that the caller organizes are in
/// `GET /v1/me/events`. A page may have fewer items than its limit although the list continues.
#[utoipa::path(get, path = "/v1/me/door-events", tag = "door", security(("bearer" = [])), params(
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
), responses((status = 200, body = Paged<EventView>)))]
pub(crate) async fn list_door_events(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: ListQuery,
) -> Result<Json<Paged<EventView>>, ApiError> {
    let after: Option<EventId> = query.position(&app, LIST)?;
    let page = app
        .store
        .newest_staffed_events(actor.id, query.limit(), after)
        .await?;
    let next = page.items.last().copied().filter(|_| page.more);
    let mut events = app.store.events(&page.items).await?;
    // A draft is hidden from its door staff until it is published.
    events.retain(|event| access::as_door_staff(&actor, Action::ReadDoor, event));
    events.sort_by_key(|event| std::cmp::Reverse(event.id));
    Ok(Json(Paged::new(
        &app,
        LIST,
        shown(&app, &events).await?,
        next,
    )))
}
