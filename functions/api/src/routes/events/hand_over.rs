//! Handles `PUT /v1/events/{id}/organizer`.

use axum::extract::State;
use bootstrap::clock;
use domain::{
    accounts::user::User,
    events::Organizer,
    id::UserId,
    invalid::{Findings, Invalid, Reason, Refused},
    security::{
        audit::Deed,
        policy::{Action, Actor, Decision, Object, may},
    },
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::get::{Found, shown};
use crate::{
    access,
    app::{App, Shared},
    extract::{Acting, Body, EventPath},
    problem::ApiError,
};

/// The maximum number of tries of a hand-over. A try is repeated if another request changed the event or the new organizer's
/// account at the same time.
const MAX_TRIES: u32 = 5;

/// The new organizer of an event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HandOver {
    /// Id of the new organizer's account, whose role is organizer or admin: `usr_` and 26 characters.
    #[schema(example = "usr_01kamyz7p4e4gtxg4rv9jd5q7a")]
    user_id: String,
}

impl HandOver {
    fn parse(&self) -> Result<UserId, Vec<Invalid>> {
        let mut findings = Findings::default();
        let user = self
            .user_id
            .parse()
            .map_err(|_| Refused(Reason::NotAnId, "must be the id of a user"));
        let user = findings.check("/userId", user);
        findings.finish(user)
    }
}

/// Hands an event of any status over to another organizer. Both organizers are notified by mail. The former organizer's account
/// may be erased already. If the new organizer organizes the event already, nothing changes.
///
/// The request needs no `If-Match`. After the hand-over, an edit of the previous version is refused with 412. If two hand-overs
/// run at the same time, the later hand-over decides.
#[utoipa::path(put, path = "/v1/events/{id}/organizer", tag = "administration", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Event"),
), request_body = HandOver, responses(
    (status = 200, description = "The event with its new organizer", body = crate::views::EventView, headers(("ETag" = String, description = "Value for the header `If-Match`"))),
    (status = 401, description = "`unauthorized`"), (status = 403, description = "`forbidden`: only administrators may hand events over"),
    (status = 404, description = "`not-found`"), (status = 422, description = "`invalid`: the user does not exist, or is neither an organizer nor an administrator"),
    (status = 503, description = "`busy`: many requests were changing the event at this moment"),
))]
pub(crate) async fn hand_over(
    State(app): State<Shared>,
    acting: Acting,
    path: EventPath,
    Body(body): Body<HandOver>,
) -> Result<Found, ApiError> {
    for _ in 0..MAX_TRIES {
        let before = access::event(&app, &acting.actor, Action::HandOver, path).await?;
        let to = organizer(&app, body.parse()?).await?;
        let from = before.organizer.id;
        if from == to.id {
            return shown(&app, &before).await;
        }
        let organizer = Organizer {
            id: to.id,
            name: to.name.clone(),
        };
        let after = before.handed_over(organizer, clock::now());
        let entry = acting.entry(&Deed::HandOverEvent {
            event: after.id,
            from,
            to: to.id,
        });
        let written = app
            .store
            .hand_over(&after, from, &to, &acting.request, &entry)
            .await?;
        match written {
            store::HandOver::Done => return shown(&app, &after).await,
            // Another request changed the event or the account after this try had read it. The next try reads both anew.
            store::HandOver::AccountChanged | store::HandOver::Stale => {}
        }
    }
    Err(ApiError::Contended)
}

/// Returns the account of the new organizer. The account's role must allow it to make events.
async fn organizer(app: &App, id: UserId) -> Result<User, ApiError> {
    let unfit =
        |reason, detail: &str| ApiError::Invalid(vec![Invalid::new("/userId", reason, detail)]);
    let account = app.store.account(id).await?;
    let user = account
        .ok_or_else(|| unfit(Reason::NoAccount, "names no account"))?
        .user;
    let actor = Actor {
        id,
        role: user.role,
    };
    match may(Some(&actor), Action::CreateEvent, Object::Deployment) {
        Decision::Allowed => Ok(user),
        _ => Err(unfit(
            Reason::NotAnOrganizer,
            "must be an organizer or an administrator",
        )),
    }
}
