//! Handles `POST /v1/events/{id}/staff/join`.

use axum::{extract::State, http::StatusCode};
use domain::{
    keys::bearer_code::BearerCode,
    security::{audit::Deed, policy::Action},
};
use serde::Deserialize;
use store::Joining;
use utoipa::ToSchema;

use super::expect_published;
use crate::{
    access,
    app::Shared,
    extract::{Acting, Body, EventPath},
    problem::ApiError,
};

/// The code of an invitation to an event's door staff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JoinStaff {
    /// Code from the link of the invitation.
    #[schema(example = "n0FmOxUH8mO6vAFnuxn2Bd0XyFLAsiSYcDLAmFQDF1o")]
    code: String,
}

/// Makes the caller door staff of the event by the code of an invitation. Many people can use the same code. Repeating the
/// request changes nothing.
#[utoipa::path(post, path = "/v1/events/{id}/staff/join", tag = "door", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), request_body = JoinStaff, responses(
    (status = 204, description = "The caller is door staff"), (status = 400, description = "`invalid-code`: the code is wrong, or the invitation expired, was revoked or was replaced"), (status = 404, description = "`not-found`"),
    (status = 409, description = "`not-published`: the event is a draft; `not-editable`: the event is cancelled or completed"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn join_staff(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    Body(body): Body<JoinStaff>,
) -> Result<StatusCode, ApiError> {
    let event = access::event(&app, &acting.actor, Action::JoinStaff, path).await?;
    expect_published(event.status)?;
    let code = BearerCode::shown(&body.code);
    let entry = acting.entry(&Deed::JoinStaff(event.id));
    let joining = app
        .store
        .join_staff(event.id, acting.actor.id, &code, &entry)
        .await?;
    match joining {
        Joining::Staff => Ok(StatusCode::NO_CONTENT),
        Joining::NoInvitation => Err(ApiError::InvalidCode),
        // The account was erased after this request had read it.
        Joining::NoSuchUser => Err(ApiError::Unauthorized),
    }
}
