//! Handles `POST /v1/events/{id}/announcements`.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    events::{EventStatus, announcement::Announcement},
    id::AnnouncementId,
    invalid::{Findings, Invalid},
    security::policy::Action,
    text::AnnouncementText,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::AnnouncementView;
use crate::{
    access,
    app::Shared,
    extract::{Body, EventPath, SignedIn},
    problem::ApiError,
    request::RequestId,
};

/// A new announcement.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Announce {
    /// Text of the announcement: 1 to 2,000 characters.
    #[schema(example = "Doors open at seven.")]
    message: String,
    /// Whether registrants also get the announcement by mail; `false` by default.
    #[serde(default)]
    email: bool,
}

impl Announce {
    fn parse(&self) -> Result<AnnouncementText, Vec<Invalid>> {
        let mut findings = Findings::default();
        let message = findings.check("/message", AnnouncementText::parse(&self.message));
        findings.finish(message)
    }
}

/// Publishes an announcement of an event. Everybody can read it, and people who watch the event see it live. Registrants also
/// get it by mail if `email` is `true`.
#[utoipa::path(post, path = "/v1/events/{id}/announcements", tag = "announcements", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), request_body = Announce, responses(
    (status = 201, body = AnnouncementView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
    (status = 409, description = "`not-published`: nobody can see a draft"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn announce(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
    Extension(RequestId(request)): Extension<RequestId>,
    Body(body): Body<Announce>,
) -> Result<(StatusCode, Json<AnnouncementView>), ApiError> {
    let event = access::event(&app, &actor, Action::Announce, path).await?;
    let message = body.parse()?;
    if event.status == EventStatus::Draft {
        return Err(ApiError::NotPublished);
    }
    let announcement = Announcement {
        id: AnnouncementId::from_uuid(Uuid::now_v7()),
        event_id: event.id,
        message,
        email: body.email,
        created_at: clock::now(),
    };
    app.store.announce(&announcement, &request).await?;
    Ok((StatusCode::CREATED, Json((&announcement).into())))
}
