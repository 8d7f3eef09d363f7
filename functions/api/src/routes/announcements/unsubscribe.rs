//! Handles `GET` and `POST /v1/unsubscribe`, the link in announcements and reminders (RFC 8058).

use axum::{extract::State, http::StatusCode, response::Html};
use domain::mail::unsubscribe;

use crate::{app::Shared, problem::ApiError, query::Parameters};

/// Returns the page of the link with which a registrant unsubscribes from the announcements and reminders of an event. The
/// request only returns the page and changes nothing, because programs that read mail open links without being asked.
#[utoipa::path(get, path = "/v1/unsubscribe", tag = "announcements", params(("token" = String, Query, description = "As in the link of the mail")), responses(
    (status = 200, description = "A page with a button", content_type = "text/html", body = String), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn unsubscribe_page(
    State(app): State<Shared>,
    parameters: Parameters,
) -> Result<Html<&'static str>, ApiError> {
    token(&app, &parameters)?;
    Ok(Html(include_str!("unsubscribe.html")))
}

/// Ends announcements and reminders of one event for one registrant. No sign-in is needed, because the link is the proof. The
/// registrant still gets tickets and mails about changes of the event.
#[utoipa::path(post, path = "/v1/unsubscribe", tag = "announcements", params(("token" = String, Query, description = "As in the link of the mail")), responses(
    (status = 204, description = "The registrant gets no more announcements and reminders of this event"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn unsubscribe(
    State(app): State<Shared>,
    parameters: Parameters,
) -> Result<StatusCode, ApiError> {
    let (user, event) = token(&app, &parameters)?;
    if app.store.mute(user, event).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NotFound)
    }
}

fn token(
    app: &crate::app::App,
    parameters: &Parameters,
) -> Result<(domain::id::UserId, domain::id::EventId), ApiError> {
    let token = parameters.get("token").unwrap_or_default();
    unsubscribe::open(&app.verifying(), token).map_err(|_| ApiError::NotFound)
}
