//! Handles `POST`, `GET` and `DELETE /v1/events/{id}/staff/invitation`.

use axum::{Json, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    door::invitation::{Invitation, Validity},
    invalid::{Findings, Invalid},
    security::{audit::Deed, policy::Action},
    text::timestamp::rfc3339,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::expect_published;
use crate::{
    access,
    app::Shared,
    extract::{Acting, EventPath, OptionalBody, SignedIn},
    headers::{NewSecret, new_secret},
    problem::ApiError,
    random,
};

/// How long an invitation is valid.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct InviteStaff {
    /// Number of hours for which the invitation is valid: 1 to 720. By default, it expires a day after the end of the event, but
    /// an hour from now at the earliest and 30 days from now at the latest.
    #[schema(example = 48)]
    valid_hours: Option<i64>,
}

impl InviteStaff {
    fn parse(&self) -> Result<Option<Validity>, Vec<Invalid>> {
        let mut findings = Findings::default();
        let validity = self
            .valid_hours
            .and_then(|hours| findings.check("/validHours", Validity::try_from(hours)));
        findings.finish(Some(validity))
    }
}

/// A new invitation to an event's door staff.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewStaffInvitation)]
pub(crate) struct NewInvitationView {
    /// Code of the invitation: an opaque text, which no later answer contains. It makes everybody who has it door staff.
    #[schema(example = "n0FmOxUH8mO6vAFnuxn2Bd0XyFLAsiSYcDLAmFQDF1o")]
    code: String,
    /// Path of the page that takes the code. The code is in the fragment, which no server sees.
    #[schema(
        example = "/app/join/evt_01kamyz7p4e4gtxg4rv9jd5q7a#code=n0FmOxUH8mO6vAFnuxn2Bd0XyFLAsiSYcDLAmFQDF1o"
    )]
    path: String,
    /// When the invitation was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When the invitation expires.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// The invitation to an event's door staff, without its code.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StaffInvitation)]
pub(crate) struct InvitationView {
    /// Whether there is a valid invitation.
    active: bool,
    /// When the invitation was made; `null`: there is none.
    #[schema(required, format = DateTime)]
    created_at: Option<String>,
    /// When the invitation expires; `null`: there is none.
    #[schema(required, format = DateTime)]
    expires_at: Option<String>,
}

/// Makes an invitation to the event's door staff. An event has one invitation at a time: a new one replaces the former, whose
/// code ends at once. Door staff who joined by it stay.
#[utoipa::path(post, path = "/v1/events/{id}/staff/invitation", tag = "door", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), request_body(content = Option<InviteStaff>), responses(
    (status = 201, body = NewInvitationView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
    (status = 409, description = "`not-published`: nobody can see a draft; `not-editable`: the event is cancelled or completed"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn invite_staff(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    OptionalBody(body): OptionalBody<InviteStaff>,
) -> Result<NewSecret<NewInvitationView>, ApiError> {
    let event = access::event(&app, &acting.actor, Action::ChangeStaff, path).await?;
    let validity = body.parse()?;
    expect_published(event.status)?;
    let code = random::bearer_code()?;
    let invitation = Invitation::new(&code, &event.details.schedule, validity, clock::now());
    let entry = acting.entry(&Deed::InviteStaff {
        event: event.id,
        until: invitation.expires_at,
    });
    app.store
        .invite_staff(event.id, &invitation, &entry)
        .await?;
    let view = NewInvitationView {
        code: code.as_str().to_owned(),
        path: format!("/app/join/{}#code={}", event.id, code.as_str()),
        created_at: rfc3339(invitation.created_at),
        expires_at: rfc3339(invitation.expires_at),
    };
    Ok(new_secret(view))
}

/// Returns whether the event's door staff has a valid invitation, since when and until when. Nobody can read its code again.
#[utoipa::path(get, path = "/v1/events/{id}/staff/invitation", tag = "door", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 200, body = InvitationView), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn get_staff_invitation(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: EventPath,
) -> Result<Json<InvitationView>, ApiError> {
    let event = access::event(&app, &actor, Action::ReadStaff, path).await?;
    let invitation = app.store.staff_invitation(event.id, clock::now()).await?;
    let invitation = invitation.as_ref();
    Ok(Json(InvitationView {
        active: invitation.is_some(),
        created_at: invitation.map(|invitation| rfc3339(invitation.created_at)),
        expires_at: invitation.map(|invitation| rfc3339(invitation.expires_at)),
    }))
}

/// Revokes the invitation to the event's door staff: its code ends at once. Door staff who joined by it stay. Repeating the
/// request changes nothing.
#[utoipa::path(delete, path = "/v1/events/{id}/staff/invitation", tag = "door", security(("bearer" = [])), params(("id" = String, Path, description = "Event")), responses(
    (status = 204, description = "The event's door staff has no invitation"), (status = 403, description = "`forbidden`"), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn revoke_staff_invitation(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
) -> Result<StatusCode, ApiError> {
    let event = access::event(&app, &acting.actor, Action::ChangeStaff, path).await?;
    let entry = acting.entry(&Deed::RevokeStaffInvitation(event.id));
    app.store.revoke_staff_invitation(event.id, &entry).await?;
    Ok(StatusCode::NO_CONTENT)
}
