//! Handles `GET /v1/me/sessions`.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue},
};
use bootstrap::clock;
use domain::{id::SessionId, security::policy::Action};

use crate::{
    access,
    app::Shared,
    extract::{AccountHolder, CurrentSession, ListQuery, Paged},
    headers::NO_STORE,
    problem::ApiError,
    views::ActiveSessionView,
};

const LIST: &str = "me/sessions";

/// Lists the sessions of the caller's account that are not over, the newest first. A session ends when its holder ends it (by
/// `DELETE /v1/me/sessions`, `DELETE /v1/me/sessions/{id}` or `POST /v1/auth/logout`), when the password changes, and 30 days
/// after its last refresh.
#[utoipa::path(get, path = "/v1/me/sessions", tag = "accounts", security(("bearer" = [])), params(
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
), responses(
    (status = 200, description = "A page of sessions", body = Paged<ActiveSessionView>), (status = 400, description = "`invalid-cursor`"),
    (status = 401, description = "`unauthorized`"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn list_sessions(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    CurrentSession(current): CurrentSession,
    query: ListQuery,
) -> Result<
    (
        [(HeaderName, HeaderValue); 1],
        Json<Paged<ActiveSessionView>>,
    ),
    ApiError,
> {
    let account = access::own_account(&account, Action::ReadAccount)?;
    let after: Option<SessionId> = query.position(&app, LIST)?;
    let (changed_at, now) = (account.password_changed_at, clock::now());
    let page = app
        .store
        .list_sessions(account.user.id, changed_at, now, query.limit(), after)
        .await?;
    let next = page.items.last().filter(|_| page.more);
    let next = next.map(|session| session.id);
    let sessions = page.items.iter();
    let sessions = sessions.map(|session| ActiveSessionView::new(session, current));
    let page = Paged::new(&app, LIST, sessions.collect(), next);
    Ok(([NO_STORE], Json(page)))
}
