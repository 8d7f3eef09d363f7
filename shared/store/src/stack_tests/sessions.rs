//! Tests of refresh tokens whose clients lose replies or act concurrently, and of the list of an account's sessions.

use domain::{
    accounts::{client_kind::ClientKind, session::GRACE},
    security::refresh_token::{LIFETIME_SECONDS, RefreshToken},
};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{values::now, *};
use crate::{Rotation, Session};

/// Begins a session and returns its first token.
async fn begin(store: &Store, user: UserId, client: Option<&str>) -> RefreshToken {
    let id = session_id();
    let client = client.and_then(ClientKind::from_user_agent);
    let begun = store.begin_session(user, id, None, client.as_ref(), now());
    begun.await.unwrap()
}

/// Exchanges a refresh token of an account whose password was never changed.
async fn exchange(store: &Store, token: RefreshToken, at: Timestamp) -> Rotation {
    let rotation = store.rotate_session(token, None, None, at, "stack-test");
    rotation.await.unwrap()
}

fn successor(token: RefreshToken) -> RefreshToken {
    RefreshToken {
        generation: token.generation + 1,
        ..token
    }
}

async fn listed(store: &Store, user: UserId, at: Timestamp) -> Vec<Session> {
    let page = store.list_sessions(user, None, at, 100, None).await;
    page.unwrap().items
}

#[tokio::test]
async fn an_exchange_is_repeated_for_a_while_and_then_is_a_theft() {
    let store = store();
    let first = begin(&store, person(&store).await, None).await;
    let begun = now();
    let next = Rotation::Next(successor(first));
    assert_eq!(exchange(&store, first, begun).await, next);
    // An exchange of the same token can be repeated for the time `GRACE`. A repetition does not extend this time.
    for at in [begun, begun + GRACE / 2, begun + GRACE] {
        assert_eq!(exchange(&store, first, at).await, next);
    }
    let late = begun + GRACE + SignedDuration::from_millis(1);
    assert_eq!(exchange(&store, first, late).await, Rotation::Spent);
    // The next token stays valid during all of these repeated exchanges, until the session is revoked.
    let second = successor(first);
    assert_eq!(
        exchange(&store, second, late).await,
        Rotation::Next(successor(second))
    );
}

#[tokio::test]
async fn a_token_whose_successor_was_exchanged_is_a_copy_at_once() {
    let store = store();
    let first = begin(&store, person(&store).await, None).await;
    let at = now();
    exchange(&store, first, at).await;
    exchange(&store, successor(first), at).await;
    assert_eq!(exchange(&store, first, at).await, Rotation::Spent);
}

#[tokio::test]
async fn of_many_who_exchange_a_token_at_once_all_are_given_one_successor() {
    let store = store();
    let first = begin(&store, person(&store).await, None).await;
    let at = now();
    let rotations = (0..8).map(|_| exchange(&store, first, at));
    for rotation in join_all(rotations).await {
        assert_eq!(rotation, Rotation::Next(successor(first)));
    }
}

#[tokio::test]
async fn a_session_that_has_ended_gives_no_successor_again() {
    let store = store();
    let user = person(&store).await;
    let first = begin(&store, user, None).await;
    let at = now();
    exchange(&store, first, at).await;
    for _ in 0..2 {
        let revoked = store.revoke_session(user, first.session(), at).await;
        assert!(revoked.unwrap());
    }
    assert_eq!(exchange(&store, first, at).await, Rotation::Spent);
    let second = successor(first);
    assert_eq!(exchange(&store, second, at).await, Rotation::Ended);
    // A user can revoke neither a session of another user nor a session that does not exist.
    for (user, session) in [
        (person(&store).await, first.session()),
        (user, session_id()),
    ] {
        assert!(!store.revoke_session(user, session, at).await.unwrap());
    }
}

#[tokio::test]
async fn sessions_are_listed_by_when_they_began_until_they_are_over() {
    let store = store();
    let user = person(&store).await;
    let curl = begin(&store, user, Some("curl/8.14.1")).await;
    let unknown = begin(&store, user, None).await;
    let began = now();

    let sessions = listed(&store, user, began).await;
    let ids: Vec<_> = sessions.iter().map(|session| session.id).collect();
    assert_eq!(ids, [unknown.session(), curl.session()]);
    let words = |session: &Session| session.client.clone().map(|kind| kind.as_str().to_owned());
    assert_eq!(words(&sessions[1]), Some("curl".to_owned()));
    assert_eq!(words(&sessions[0]), None);
    for session in &sessions {
        assert_eq!(session.last_used_at, session.created_at);
        assert!((began - SignedDuration::from_secs(60)..=began).contains(&session.created_at));
    }
    // The test reads the list in pages of one session.
    let page = store.list_sessions(user, None, began, 1, None).await;
    assert!(page.unwrap().more);
    let page = store.list_sessions(user, None, began, 1, Some(unknown.session()));
    let page = page.await.unwrap();
    assert_eq!((page.items, page.more), (vec![sessions[1].clone()], false));

    // Another kind of client refreshes the session. After that, the list names this client.
    let later = began + SignedDuration::from_secs(60);
    let firefox = ClientKind::from_user_agent("Firefox/140.0 (X11; Linux)");
    let rotation = store.rotate_session(curl, None, firefox.as_ref(), later, "stack-test");
    rotation.await.unwrap();
    let sessions = listed(&store, user, later).await;
    assert_eq!(sessions[1].client, firefox);
    assert_eq!(sessions[1].last_used_at, later);

    // The list of sessions omits those that have ended: because the password was changed, because they expired, or because they
    // were revoked.
    let changed = store
        .list_sessions(user, Some(later), later, 100, None)
        .await;
    assert_eq!(changed.unwrap().items, []);
    let expired = later + SignedDuration::from_secs(LIFETIME_SECONDS);
    assert_eq!(listed(&store, user, expired).await, []);
    let other = begin(&store, user, None).await;
    let keep = Some(unknown.session());
    for _ in 0..2 {
        let revoked = store.revoke_other_sessions(user, None, keep, later).await;
        revoked.unwrap();
        let left = listed(&store, user, later).await;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].id, unknown.session());
    }
    assert_eq!(exchange(&store, other, later).await, Rotation::Ended);
    let stored = store.stored_sessions(user, None, later).await.unwrap();
    let over: Vec<_> = stored.iter().map(|session| session.is_over).collect();
    assert_eq!(over, [true, false, true]);
}
