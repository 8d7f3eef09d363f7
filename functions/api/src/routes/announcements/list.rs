//! Handles `GET /v1/events/{id}/announcements`.

use axum::{Json, extract::State};
use domain::{id::AnnouncementId, security::policy::Action};

use super::AnnouncementView;
use crate::{
    access,
    app::Shared,
    extract::{EventPath, ListQuery, MaybeActor, Paged},
    problem::ApiError,
};

/// Returns the announcements of an event, the newest first. For a caller without an access token, the answer may be a second
/// old on AWS; on one machine, it includes every write.
#[utoipa::path(get, path = "/v1/events/{id}/announcements", tag = "announcements", params(
    ("id" = String, Path, description = "Event"),
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("If-None-Match" = Option<String>, Header, description = "`ETag` of the answer that the caller has a copy of"),
), responses(
    (status = 200, body = Paged<AnnouncementView>, headers(("ETag" = String, description = "Value for the header `If-None-Match`"))),
    (status = 304, description = "The caller's copy of the page is current"),
    (status = 401, description = "`unauthorized`: the access token in the request is not valid"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn list_announcements(
    State(app): State<Shared>,
    MaybeActor(actor): MaybeActor,
    path: EventPath,
    query: ListQuery,
) -> Result<Json<Paged<AnnouncementView>>, ApiError> {
    let id = access::event(&app, actor.as_ref(), Action::ReadEvent, path)
        .await?
        .id;
    let list = format!("announcements/{id}");
    let after: Option<AnnouncementId> = query.position(&app, &list)?;
    let page = app
        .store
        .list_announcements(id, query.limit(), after)
        .await?;
    let next = page.items.last().map(|last| last.id).filter(|_| page.more);
    let items = page.items.iter().map(AnnouncementView::from).collect();
    Ok(Json(Paged::new(&app, &list, items, next)))
}
