//! Handles `GET /v1/me/events`.

use axum::{Json, extract::State};
use domain::id::EventId;

use super::list::shown;
use crate::{
    app::Shared,
    extract::{ListQuery, Paged, SignedIn},
    problem::ApiError,
    views::EventView,
};

const LIST: &str = "me/events";

/// The caller's own events, in every state, in the order of their creation.
#[utoipa::path(get, path = "/v1/me/events", tag = "events", security(("bearer" = [])), params(
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
), responses((status = 200, body = Paged<EventView>)))]
pub(crate) async fn list_my_events(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: ListQuery,
) -> Result<Json<Paged<EventView>>, ApiError> {
    let after: Option<EventId> = query.position(&app, LIST)?;
    let page = app
        .store
        .list_owned_events(actor.id, query.limit(), after)
        .await?;
    let next = page.items.last().copied().filter(|_| page.more);
    let mut events = app.store.events(&page.items).await?;
    events.sort_by_key(|event| event.id);
    Ok(Json(Paged::new(
        &app,
        LIST,
        shown(&app, &events).await?,
        next,
    )))
}
