//! Handles `POST /v1/events/{id}/preview`.

use axum::extract::State;
use bootstrap::clock;
use domain::{events::PREVIEW_LIFETIME, security::policy::Action, text::timestamp::rfc3339};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{EventPath, SignedIn},
    headers::{NewSecret, new_secret},
    problem::ApiError,
    random,
};

/// A link to the preview of a draft.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preview {
    /// Path of the page. Everybody who has it can see the draft, without an account.
    #[schema(
        example = "/events/evt_01kamyz7p4e4gtxg4rv9jd5q7a/preview/Yx3hDfW9rT0uVq1nKcM5bS7eGj2lOaPiZdQwRtYuIoA"
    )]
    path: String,
    /// When the link ends.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Makes a link to a page that shows a draft as visitors will see it once it is published. The page shows later changes too.
/// When the event is published, the link leads to its public page. A link ends after 24 hours.
#[utoipa::path(post, path = "/v1/events/{id}/preview", tag = "events", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 201, body = Preview), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn preview_event(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
) -> Result<NewSecret<Preview>, ApiError> {
    let event = access::event(&app, &actor, Action::ChangeEvent, path).await?;
    let code = random::bearer_code()?;
    let until = clock::now() + PREVIEW_LIFETIME;
    app.store.note_preview(&code, event.id, until).await?;
    let preview = Preview {
        path: format!("/events/{}/preview/{}", event.id, code.as_str()),
        expires_at: rfc3339(until),
    };
    Ok(new_secret(preview))
}
