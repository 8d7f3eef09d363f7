//! Handles `GET /v1/users`.

use axum::{Json, extract::State};
use domain::{
    accounts::email::TypedEmail, id::UserId, invalid::Findings, security::policy::Action,
};
use jiff::Timestamp;

use crate::{
    access,
    app::Shared,
    extract::{ListQuery, Paged, SignedIn},
    problem::ApiError,
    views::UserView,
};

const LIST: &str = "users";

/// All accounts in the order of their creation, or only the account with the given address.
#[utoipa::path(get, path = "/v1/users", tag = "administration", security(("bearer" = [])), params(
    ("limit" = Option<u32>, Query, description = "Maximum number of items on the page: 1 to 100, by default 20"),
    ("cursor" = Option<String>, Query, description = "`nextCursor` of the previous page: an opaque text"),
    ("email" = Option<String>, Query, description = "Only the account with this address"),
), responses((status = 200, body = Paged<UserView>), (status = 403, description = "`forbidden`")))]
pub(crate) async fn list_users(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    query: ListQuery,
) -> Result<Json<Paged<UserView>>, ApiError> {
    access::deployment(&actor, Action::ListAccounts)?;
    let mut findings = Findings::default();
    let email = query.filter(&mut findings, "email", TypedEmail::parse);
    findings.finish(Some(()))?;
    if let Some(email) = email {
        let found = app.store.account_by_email(&email).await?;
        let items = found.iter().map(|account| (&account.user).into()).collect();
        return Ok(Json(Paged {
            items,
            next_cursor: None,
        }));
    }
    let after: Option<(Timestamp, UserId)> = query.position(&app, LIST)?;
    let page = app.store.list_users(query.limit(), after).await?;
    let next = page
        .items
        .last()
        .filter(|_| page.more)
        .map(|user| (user.created_at, user.id));
    Ok(Json(Paged::new(
        &app,
        LIST,
        page.items.iter().map(Into::into).collect(),
        next,
    )))
}
