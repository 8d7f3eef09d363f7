//! Handles `PATCH /v1/events/{id}/picture`.

use axum::extract::State;
use domain::{events::picture::Picture, security::policy::Action};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{described, replace};
use crate::{
    access,
    app::Shared,
    extract::{Acting, Body, EventPath, Patch, patch},
    problem::ApiError,
    routes::events::get::Found,
};

/// Changes of a picture. A field that is absent keeps its value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdatePicture {
    /// Description for people who do not see the picture: at most 200 characters. With `null` or an empty text, the picture only
    /// decorates.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>, example = "A choir on the steps of a church")]
    description: Patch<String>,
}

/// Changes the description of an event's picture. The files stay as they are. The request needs no `If-Match`.
#[utoipa::path(patch, path = "/v1/events/{id}/picture", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), request_body = UpdatePicture, responses(
    (status = 200, description = "The event with its picture", body = crate::views::EventView, headers(("ETag" = String, description = "Value for the header `If-Match`"))),
    (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`: also if the event has no picture"),
    (status = 409, description = "`not-editable`"), (status = 422, description = "`invalid`"),
    (status = 503, description = "`busy`: many requests were changing the event at this moment"),
))]
pub(crate) async fn update_picture(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    Body(body): Body<UpdatePicture>,
) -> Result<Found, ApiError> {
    access::event(&app, &acting.actor, Action::ChangeEvent, path).await?;
    let description = match body.description {
        Some(typed) => Some(described(&typed.unwrap_or_default())?),
        None => None,
    };
    replace(&app, &acting, path, |event| {
        let picture = event.picture.clone().ok_or(ApiError::NotFound)?;
        Ok(Some(match &description {
            Some(description) => Picture {
                description: description.clone(),
                ..picture
            },
            None => picture,
        }))
    })
    .await
}
