//! The sessions of an account.

use domain::{
    client_kind::ClientKind,
    id::{SessionId, UserId},
    session::began_at,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::{ALIVE_NAMES, Family, alive, alive_values};
use crate::{
    Page, Store, StoreError, key,
    lists::{Filter, Range},
};

/// More sessions than an account has; the table gives them in pages of a megabyte.
const MOST: usize = 100_000;
/// Sessions that are ended at the same time.
const ENDED_AT_ONCE: usize = 8;

/// A session of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Id.
    pub id: SessionId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was refreshed last, or else when it began.
    pub last_used_at: Timestamp,
    /// The kind of client that used it last, where that is known.
    pub client: Option<ClientKind>,
    /// Whether it is over: ended, expired, or begun under another password.
    pub is_over: bool,
}

/// A session with its key.
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
    /// Sessions that are not over of an account whose password was changed last at `password_changed_at`, the newest first,
    /// after `after`.
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
        let filter: Filter = (
            alive(password_changed_at),
            ALIVE_NAMES.to_vec(),
            alive_values(password_changed_at, now),
        );
        self.query_sessions(user, password_changed_at, now, Some(filter), limit, after)
            .await
    }

    /// All sessions of an account that are stored, those that are over among them, the newest first.
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
        filter: Option<Filter>,
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

    /// Ends all sessions of an account but the one to keep. A session that begins meanwhile may stay.
    ///
    /// # Errors
    /// The table could not be read or written; some may have ended.
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
