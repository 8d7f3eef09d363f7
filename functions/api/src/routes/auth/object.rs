//! Handles `GET` and `POST /v1/auth/email-change/objection`, the link in the notice about a change of address.

use axum::{Extension, extract::State, response::Html};
use bootstrap::clock;
use domain::{
    accounts::email_change::objection::{Effect, Objection},
    security::audit::Deed,
};
use store::EmailSwap;

use crate::{
    app::{App, Shared},
    extract::Acting,
    problem::ApiError,
    query::Parameters,
    request::RequestId,
};

/// The maximum number of tries of an objection. A try is repeated if another request changed the account at the same time.
const TRIES: u32 = 3;

const ASK: &str = include_str!("object/ask.html");
const CALLED_OFF: &str = include_str!("object/called_off.html");
const RESTORED: &str = include_str!("object/restored.html");
const OVER: &str = include_str!("object/over.html");

/// Returns the page of the link with which a person objects to a change of address. The request only returns the page and
/// changes nothing, because programs that read mail open links without being asked.
#[utoipa::path(get, path = "/v1/auth/email-change/objection", tag = "accounts", params(("token" = String, Query, description = "As in the link of the mail")), responses(
    (status = 200, description = "A page with a button", content_type = "text/html", body = String), (status = 404, description = "`not-found`"),
))]
pub(crate) async fn objection_page(
    State(app): State<Shared>,
    parameters: Parameters,
) -> Result<Html<&'static str>, ApiError> {
    objection(&app, &parameters)?;
    Ok(Html(ASK))
}

/// Calls off a change of address. No sign-in is needed, because the link is the proof. Within 72 hours after the change, an
/// account whose old address was verified gets that address back, and its sessions end. The page says what was done. It advises
/// the person to reset the password, because whoever requested the change knew it.
#[utoipa::path(post, path = "/v1/auth/email-change/objection", tag = "accounts", params(("token" = String, Query, description = "As in the link of the mail")), responses(
    (status = 200, description = "A page that says what was done: the change was called off or undone, or there was nothing to do", content_type = "text/html", body = String),
    (status = 404, description = "`not-found`: the link is not valid, or the account does not exist any more"),
    (status = 409, description = "`email-taken`: another account has the old address now"),
))]
pub(crate) async fn object_to_email_change(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    parameters: Parameters,
) -> Result<Html<&'static str>, ApiError> {
    let objection = objection(&app, &parameters)?;
    for _ in 0..TRIES {
        if let Some(page) = take_effect(&app, &objection, &request).await? {
            return Ok(Html(page));
        }
    }
    Err(ApiError::Contended)
}

/// Cancels or undoes the change of address, as the objection requests. Returns the page that describes what was done, or `None`
/// if another request changed the account at the same time.
async fn take_effect(
    app: &App,
    objection: &Objection,
    request: &str,
) -> Result<Option<&'static str>, ApiError> {
    let user = objection.user;
    let account = app.store.account(user).await?.ok_or(ApiError::NotFound)?;
    let (pending, former) = (&account.email_change, &account.former_email);
    let effect = objection.effect(
        &account.user.email,
        pending.as_ref(),
        former.as_ref(),
        clock::now(),
    );
    match effect {
        Effect::None => Ok(Some(OVER)),
        Effect::CallsOff(change) => {
            let called_off = app
                .store
                .call_off_email_change(&account, change, request)
                .await?;
            Ok(called_off.then_some(CALLED_OFF))
        }
        Effect::Restores(former) => {
            let acting = Acting {
                actor: account.actor(),
                account: account.clone(),
                request: request.to_owned(),
            };
            let entry = acting.entry(&Deed::RestoreEmail(user));
            match app.store.restore_email(&account, former, &entry).await? {
                EmailSwap::Done => {
                    app.store.forget_sessions(user).await?;
                    Ok(Some(RESTORED))
                }
                EmailSwap::Taken => Err(ApiError::EmailTaken),
                EmailSwap::Gone => Ok(None),
            }
        }
    }
}

/// Returns the objection that the token in the link contains.
fn objection(app: &App, parameters: &Parameters) -> Result<Objection, ApiError> {
    let token = parameters.get("token").unwrap_or_default();
    Objection::open(&app.verifying(), token).map_err(|_| ApiError::NotFound)
}
