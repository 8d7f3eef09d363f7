//! The sessions of an account.

use domain::{
    accounts::{client_kind::ClientKind, session::began_at},
    id::{SessionId, UserId},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::Deserialize;
use table::Condition;
use uuid::Uuid;

use super::{Family, alive};
use crate::{Page, Store, StoreError, key, lists::Range};

/// The limit with which all sessions of an account are read. No account has so many sessions, so the list is never cut off. One
/// call of the table returns at most a megabyte of them.
const MOST: usize = 100_000;
/// The maximum number of sessions that [`Store::revoke_other_sessions`] ends at the same time.
const ENDED_AT_ONCE: usize = 8;

/// A session of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id of the session.
    pub id: SessionId,
    /// The time at which the session began.
    pub created_at: Timestamp,
    /// The time of the last refresh. If the session was never refreshed, the time at which it began.
    pub last_used_at: Timestamp,
    /// The kind of client that used the session last; `None` if it is not known.
    pub client: Option<ClientKind>,
    /// Whether the session has ended: it was revoked, it expired, or the account's password has changed since it began.
    pub is_over: bool,
}

/// A session and its sort key, as a query returns them.
#[derive(Debug, Deserialize)]
struct Listed {
    sk: String,
    #[serde(flatten)]
    family: Family,
}

impl Listed {
    fn session(
        self,
        password_changed_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Session, StoreError> {
        let corrupt = StoreError::corrupt("the key of a session");
        let family = self.sk.strip_prefix(key::SESSION);
        let Some(id) = family.and_then(|family| Uuid::try_parse(family).ok()) else {
            return Err(corrupt);
        };
        let id = SessionId::from_uuid(id);
        let created_at = began_at(id).ok_or(corrupt)?;
        Ok(Session {
            id,
            created_at,
            last_used_at: self.family.refreshed_at.unwrap_or(created_at),
            is_over: self.family.standing(password_changed_at, now).is_over,
            client: self.family.client,
        })
    }
}

impl Store {
    /// Lists the sessions that have not ended, the newest first. The list begins after the session `after`.
    /// `password_changed_at` is the time of the account's last password change.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_sessions(
        &self,
        user: UserId,
        password_changed_at: Option<Timestamp>,
        now: Timestamp,
        limit: usize,
        after: Option<SessionId>,
    ) -> Result<Page<Session>, StoreError> {
        let filter = Some(alive(password_changed_at, now));
        self.query_sessions(user, password_changed_at, now, filter, limit, after)
            .await
    }

    /// Returns all stored sessions of an account, the newest first. Sessions that have ended are included.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn stored_sessions(
        &self,
        user: UserId,
        password_changed_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let page = self.query_sessions(user, password_changed_at, now, None, MOST, None);
        Ok(page.await?.items)
    }

    async fn query_sessions(
        &self,
        user: UserId,
        password_changed_at: Option<Timestamp>,
        now: Timestamp,
        filter: Option<Condition>,
        limit: usize,
        after: Option<SessionId>,
    ) -> Result<Page<Session>, StoreError> {
        let range = Range::newest_first(key::user_pk(user), key::SESSION);
        let after = after.map(|id| key::session(user, id.uuid()));
        let page: Page<Listed> = self.query_partition(range, filter, limit, after).await?;
        let sessions = page.items.into_iter();
        Ok(Page {
            items: sessions
                .map(|listed| listed.session(password_changed_at, now))
                .collect::<Result<_, _>>()?,
            more: page.more,
        })
    }

    /// Ends all sessions of an account except `keep`. A session that begins during the call may remain.
    ///
    /// # Errors
    /// The table could not be read or written. Some of the sessions may have ended.
    pub async fn revoke_other_sessions(
        &self,
        user: UserId,
        password_changed_at: Option<Timestamp>,
        keep: Option<SessionId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let page = self.list_sessions(user, password_changed_at, now, MOST, None);
        let others = page.await?.items.into_iter();
        let others = others.filter(|session| Some(session.id) != keep);
        stream::iter(others.map(async |session| self.revoke_session(user, session.id, now).await))
            .buffer_unordered(ENDED_AT_ONCE)
            .try_for_each(async |_| Ok(()))
            .await
    }
}
