//! Handles `GET /v1/me`, the caller's account. The submodules handle the operations on the account.

pub(crate) mod change_email;
pub(crate) mod change_password;
pub(crate) mod erase;
mod everything;
pub(crate) mod export;
pub(crate) mod sessions;
pub(crate) mod update;

use axum::Json;
use domain::security::policy::Action;

use crate::{access, extract::AccountHolder, problem::ApiError, views::UserView};

/// The caller's account.
#[utoipa::path(get, path = "/v1/me", tag = "accounts", security(("bearer" = [])), responses((status = 200, body = UserView), (status = 401, description = "`unauthorized`")))]
pub(crate) async fn me(AccountHolder(account): AccountHolder) -> Result<Json<UserView>, ApiError> {
    let account = access::own_account(&account, Action::ReadAccount)?;
    Ok(Json((&account.user).into()))
}
