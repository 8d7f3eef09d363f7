//! Decides what the user of a WebSocket connection may watch now. The decision depends on the policy and on the current state
//! of the table.
//!
//! `ws-connect` uses this crate before it opens a connection, or subscribes a connection to a topic. `ws-push` uses it when a
//! user's rights may have ended.

use domain::{
    id::UserId,
    live::topic::{Audience, Topic},
    security::policy::{Action, Decision, Object, depends_on_staff, may},
};
use jiff::Timestamp;
use store::{Account, SignIn, Store, StoreError};

/// The state of the session with which a user signed in on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// The session has not ended, and the account exists.
    GoesOn,
    /// The account exists, but its session is not known, because the access token did not contain the session's id.
    Unknown,
    /// The session has ended, or the account is erased.
    Ended,
}

/// Returns the state of the session with which a user signed in, at the time `now`.
///
/// # Errors
/// The table could not be read.
pub async fn session(
    store: &Store,
    sign_in: &SignIn,
    now: Timestamp,
) -> Result<Session, StoreError> {
    let Some(account) = store.account(sign_in.user_id).await? else {
        return Ok(Session::Ended);
    };
    let Some(family) = sign_in.session else {
        return Ok(Session::Unknown);
    };
    let changed_at = account.password_changed_at;
    let goes_on = store
        .session_goes_on(sign_in.user_id, family, changed_at, now)
        .await?;
    Ok(if goes_on {
        Session::GoesOn
    } else {
        Session::Ended
    })
}

/// Returns the policy's decision whether a user may watch a topic. `user` is `None` if the viewer is not signed in.
///
/// # Errors
/// The table could not be read.
pub async fn may_watch(
    store: &Store,
    user: Option<UserId>,
    topic: Topic,
) -> Result<Decision, StoreError> {
    let Some(event) = store.event(topic.event).await? else {
        return Ok(Decision::Hidden);
    };
    let object = Object::Event {
        event: &event,
        staff: false,
    };
    // A draft is watched by nobody, not even by its organizer. So a topic that is public may be watched only if everybody may
    // read the event.
    let public = may(None, Action::ReadEvent, object);
    let action = match topic.audience {
        Audience::Public => return Ok(public),
        Audience::Door => Action::ReadDoor,
    };
    if public != Decision::Allowed {
        return Ok(public);
    }
    let account = match user {
        Some(user) => store.account(user).await?,
        None => None,
    };
    let actor = account.as_ref().map(Account::actor);
    let staff = match &actor {
        Some(actor) if depends_on_staff(Some(actor), action, object) => {
            store.is_staff(topic.event, actor.id).await?
        }
        _ => false,
    };
    Ok(may(actor.as_ref(), action, object.with_staff(staff)))
}
