//! `PATCH /v1/me`.

use axum::{Json, extract::State};
use domain::{
    invalid::{Findings, Invalid},
    policy::Action,
    text::PersonName,
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{Body, Patch, SignedIn, patch},
    problem::ApiError,
    views::UserView,
};

/// Changes of an account: fields that are absent stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateMe {
    /// 1 to 100 characters.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = String, required = false, example = "Ada Lovelace")]
    name: Patch<String>,
}

impl UpdateMe {
    /// The new name, if there is to be one.
    fn parse(self) -> Result<Option<PersonName>, Vec<Invalid>> {
        let mut findings = Findings::default();
        let name = match self.name {
            None => Some(None),
            Some(None) => {
                findings.add("/name", "must not be null");
                None
            }
            Some(Some(name)) => findings.check("/name", PersonName::parse(&name)).map(Some),
        };
        findings.finish(name)
    }
}

/// Changes the caller's account. A change to what is there already writes nothing.
#[utoipa::path(patch, path = "/v1/me", tag = "accounts", security(("bearer" = [])), request_body = UpdateMe, responses(
    (status = 200, body = UserView), (status = 401, description = "`unauthorized`"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn update_me(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Body(body): Body<UpdateMe>,
) -> Result<Json<UserView>, ApiError> {
    let name = body.parse()?;
    let account = access::own_account(&app, &actor, Action::ChangeAccount).await?;
    let name = name.filter(|name| *name != account.user.name);
    let user = match name {
        Some(name) => app.store.rename_user(actor.id, &name).await?,
        None => Some(account.user),
    };
    Ok(Json((&user.ok_or(ApiError::Unauthorized)?).into()))
}
