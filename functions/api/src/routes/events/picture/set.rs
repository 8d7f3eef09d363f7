//! Handles `PUT /v1/events/{id}/picture`.

use std::time::Duration;

use axum::extract::State;
use bootstrap::clock;
use domain::{events::picture::Picture, id::PictureId, security::policy::Action};
use store::PictureCheck;
use uuid::Uuid;

use super::{described, expect_editable, replace, shrink};
use crate::{
    access,
    app::Shared,
    extract::{Acting, EventPath, PictureBody},
    problem::ApiError,
    query::Parameters,
    routes::events::get::Found,
    views::Bytes,
};

/// The time after which the relay checks whether an event names an uploaded picture. It is much longer than any request.
const TIME_TO_CHECK: Duration = Duration::from_hours(1);

/// Gives an event a picture, or replaces its picture. The file is checked and written anew as JPEG, in up to three sizes. Only
/// what it shows is kept: it is turned as the camera noted, and positions and other notes are dropped. Transparent parts become
/// white.
///
/// The request needs no `If-Match`. If two pictures are uploaded at the same time, the event has the later one.
#[utoipa::path(put, path = "/v1/events/{id}/picture", tag = "events", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
    ("description" = Option<String>, Query, description = "Description for people who do not see the picture: at most 200 characters; without it, the picture only decorates"),
), request_body(content(
    (inline(Bytes) = "image/jpeg"), (inline(Bytes) = "image/png"), (inline(Bytes) = "image/webp"),
), description = "File of at most 4,194,304 bytes and 32 million pixels, without animation."), responses(
    (status = 200, description = "The event with its new picture", body = crate::views::EventView, headers(("ETag" = String, description = "Value for the header `If-Match`"))),
    (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
    (status = 409, description = "`not-editable`"),
    (status = 413, description = "`payload-too-large`"),
    (status = 415, description = "`unsupported-media-type`: the content or the header is not JPEG, PNG or WebP"),
    (status = 422, description = "`invalid`: an animation, too many pixels, or a damaged file; `pointer` is empty then"),
    (status = 503, description = "`busy`: many requests were changing the event at this moment"),
))]
pub(crate) async fn set_picture(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    parameters: Parameters,
    PictureBody(file): PictureBody,
) -> Result<Found, ApiError> {
    let event = access::event(&app, &acting.actor, Action::ChangeEvent, path).await?;
    expect_editable(event.status)?;
    let description = described(parameters.get("description").unwrap_or_default())?;
    let files = shrink::sizes_of(file).await?;
    let picture = Picture {
        id: PictureId::from_uuid(Uuid::now_v7()),
        description,
        sizes: files.iter().map(|file| file.size).collect(),
    };
    // The order of these writes: if the process ends after any of them, no event names a missing file, and the files that no
    // event names are deleted when the check is due.
    let check = PictureCheck {
        event_id: event.id,
        picture,
    };
    let due = clock::now() + TIME_TO_CHECK;
    app.store.check_picture(&check, due).await?;
    app.pictures.keep(check.picture.id, files).await?;
    replace(&app, &acting, path, |_| Ok(Some(check.picture.clone()))).await
}
