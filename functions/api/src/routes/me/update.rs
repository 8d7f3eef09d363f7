//! Handles `PATCH /v1/me`.

use axum::{Json, extract::State};
use domain::{
    invalid::{Findings, Invalid, Reason},
    security::policy::Action,
    text::PersonName,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{AccountHolder, Body, Patch, patch},
    problem::ApiError,
    views::UserView,
};

/// Changes of an account. A field that is absent keeps its value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateMe {
    /// Name of the person: 1 to 100 characters.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = String, required = false, example = "Ada Lovelace")]
    name: Patch<String>,
}

impl UpdateMe {
    /// Returns the new name; `None` if the name does not change.
    fn parse(self) -> Result<Option<PersonName>, Vec<Invalid>> {
        let mut findings = Findings::default();
        let name = match self.name {
            None => Some(None),
            Some(None) => {
                findings.add("/name", Reason::Null, "must not be null");
                None
            }
            Some(Some(name)) => findings.check("/name", PersonName::parse(&name)).map(Some),
        };
        findings.finish(name)
    }
}

/// Changes the caller's account. If the request changes no value, nothing is written.
#[utoipa::path(patch, path = "/v1/me", tag = "accounts", security(("bearer" = [])), request_body = UpdateMe, responses(
    (status = 200, body = UserView), (status = 401, description = "`unauthorized`"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn update_me(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    Body(body): Body<UpdateMe>,
) -> Result<Json<UserView>, ApiError> {
    let name = body.parse()?;
    let user = &access::own_account(&account, Action::ChangeAccount)?.user;
    let Some(name) = name.filter(|name| *name != user.name) else {
        return Ok(Json(user.into()));
    };
    let renamed = app.store.rename_user(user.id, &name).await?;
    Ok(Json((&renamed.ok_or(ApiError::Unauthorized)?).into()))
}
