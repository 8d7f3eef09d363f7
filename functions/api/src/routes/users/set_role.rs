//! Handles `PUT /v1/users/{id}/role`.

use axum::{Json, extract::State};
use domain::{
    accounts::role::Role,
    invalid::Findings,
    security::{audit::Deed, policy::Action},
};
use serde::Deserialize;
use store::RoleChange;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{Acting, Body, UserPath},
    problem::ApiError,
    views::{UserView, words},
};

/// The new role of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetRole {
    #[schema(value_type = words::Role)]
    role: String,
}

/// Gives an account a role. The role applies immediately, even to requests with access tokens that were issued before.
#[utoipa::path(put, path = "/v1/users/{id}/role", tag = "administration", security(("bearer" = [])), params(("id" = String, Path, description = "User")), request_body = SetRole, responses(
    (status = 200, body = UserView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"), (status = 409, description = "`last-admin`"),
))]
pub(crate) async fn set_role(
    State(app): State<Shared>,
    acting: Acting,
    path: UserPath,
    Body(body): Body<SetRole>,
) -> Result<Json<UserView>, ApiError> {
    let id = access::any_user(&acting.actor, Action::ChangeRole, path)?;
    let mut findings = Findings::default();
    let role = findings.check("/role", body.role.parse::<Role>());
    let to = findings.finish(role)?;
    let entry = |from| acting.entry(&Deed::ChangeRole { user: id, from, to });
    match app.store.set_role(id, to, entry).await? {
        RoleChange::Changed(user) => Ok(Json((&user).into())),
        RoleChange::NoSuchUser => Err(ApiError::NotFound),
        RoleChange::LastAdmin => Err(ApiError::LastAdmin),
    }
}
