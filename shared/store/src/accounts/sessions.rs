//! Session families. A family is the item of one sign-in, and stores the current generation of its refresh token.
//!
//! A family stores the time of its account's last password change, as it was when the family began. A change of the password
//! needs only one write, in the account. This write ends all families that store another time. So no clock is needed to end the
//! families, and a process that crashes after the write leaves no family valid.

mod list;

use domain::{
    accounts::{
        client_kind::ClientKind,
        session::{Standing, Worth},
    },
    id::{SessionId, UserId},
    security::refresh_token::{LIFETIME_SECONDS, RefreshToken},
};
use jiff::Timestamp;
use serde::Deserialize;
use table::{Condition, Update, attr};

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, REQUEST, n, s},
    condition::old_item,
    key,
};

pub use list::Session;

const GENERATION: &str = "generation";
const PASSWORD_CHANGED_AT: &str = "passwordChangedAt";
const REFRESHED_AT: &str = "refreshedAt";
const CLIENT: &str = "client";
pub(crate) const REVOKED: &str = "revokedAt";

/// The outcome of refreshing a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The refresh token was exchanged for the next token of its family.
    Next(RefreshToken),
    /// The refresh token was already used for an earlier refresh.
    Spent,
    /// The token's session family has ended or does not exist. A family ends if it is revoked or expires, or if the account's
    /// password is changed.
    Ended,
}

/// A session family, as the table stores it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Family {
    generation: u32,
    expires_at: i64,
    /// The time of the last refresh, at which the current refresh token replaced the token before it.
    refreshed_at: Option<Timestamp>,
    /// The kind of client that began the session, or that refreshed it last.
    client: Option<ClientKind>,
    revoked_at: Option<i64>,
    password_changed_at: Option<Timestamp>,
}

impl Family {
    /// Returns the [`Standing`] of this session family. `password_changed_at` is the time of the account's last password
    /// change. The field `is_over` of the result is true if and only if the condition [`alive`] fails.
    fn standing(&self, password_changed_at: Option<Timestamp>, now: Timestamp) -> Standing {
        Standing {
            generation: self.generation,
            refreshed_at: self.refreshed_at,
            is_over: self.revoked_at.is_some()
                || self.expires_at <= now.as_second()
                || self.password_changed_at != password_changed_at,
        }
    }
}

/// Returns the condition that a session has not ended. `password_changed_at` is the time at which the account's password was
/// last changed.
fn alive(password_changed_at: Option<Timestamp>, now: Timestamp) -> Condition {
    let changed_at = attr(PASSWORD_CHANGED_AT);
    let same_password = match password_changed_at {
        Some(at) => changed_at.equals(s(at.to_string())),
        None => changed_at.absent(),
    };
    attr(EXPIRES_AT)
        .greater(n(now.as_second()))
        .and(attr(REVOKED).absent())
        .and(same_password)
}

impl Store {
    /// Begins the session `id` of an account and returns its first token. `password_changed_at` is the time of the account's
    /// last password change.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn begin_session(
        &self,
        user: UserId,
        id: SessionId,
        password_changed_at: Option<Timestamp>,
        client: Option<&ClientKind>,
        now: Timestamp,
    ) -> Result<RefreshToken, StoreError> {
        let token = RefreshToken {
            user,
            family: id.uuid(),
            generation: 1,
        };
        let mut item = key::session(user, token.family);
        item.insert(GENERATION.to_owned(), n(token.generation));
        item.insert(EXPIRES_AT.to_owned(), n(now.as_second() + LIFETIME_SECONDS));
        if let Some(at) = password_changed_at {
            item.insert(PASSWORD_CHANGED_AT.to_owned(), s(at.to_string()));
        }
        if let Some(client) = client {
            item.insert(CLIENT.to_owned(), s(client.as_str()));
        }
        self.put(item).await?;
        Ok(token)
    }

    /// Exchanges a refresh token for the next token of its family, with one conditional write. `client` is the kind of client
    /// that sent the token. If two clients send the same token, both get the same next token, for as long as [`Standing`]
    /// allows. `password_changed_at` is the time of the account's last password change. If the family stores another time, the
    /// family counts as ended.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn rotate_session(
        &self,
        token: RefreshToken,
        password_changed_at: Option<Timestamp>,
        client: Option<&ClientKind>,
        now: Timestamp,
        request: &str,
    ) -> Result<Rotation, StoreError> {
        let next = RefreshToken {
            generation: token.generation.saturating_add(1),
            ..token
        };
        let update = Update::of(key::session(token.user, token.family))
            .set(GENERATION, n(next.generation))
            .set(EXPIRES_AT, n(now.as_second() + LIFETIME_SECONDS))
            .set(REFRESHED_AT, s(now.to_string()))
            .set(REQUEST, s(request));
        let update = match client {
            Some(client) => update.set(CLIENT, s(client.as_str())),
            None => update.remove(CLIENT),
        };
        let is_shown = attr(GENERATION).equals(n(token.generation));
        let update = update
            .when(is_shown.and(alive(password_changed_at, now)))
            .explained();
        let Err(error) = self.write(update).await else {
            return Ok(Rotation::Next(next));
        };
        let Some(item) = old_item(error)? else {
            return Ok(Rotation::Ended);
        };
        let family: Family = serde_dynamo::from_item(item)?;
        let standing = family.standing(password_changed_at, now);
        match standing.worth_of(token.generation, now) {
            Worth::Current => Ok(Rotation::Next(next)),
            Worth::Theft => Ok(Rotation::Spent),
            Worth::Nothing => Ok(Rotation::Ended),
            // This case is impossible: if the token could still be exchanged for its successor, the condition of the write
            // would have been true, and the write would not have been refused.
            Worth::Successor => Err(StoreError::corrupt("a session")),
        }
    }

    /// Ends a session, so that its tokens are no longer valid. Returns whether the session exists. A second call changes
    /// nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn revoke_session(
        &self,
        user: UserId,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = Update::of(key::session(user, id.uuid()))
            .set_if_absent(REVOKED, n(now.as_second()))
            .when(attr(GENERATION).exists());
        self.try_write(update).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::{Item, Value};

    /// This golden test fails if the format of stored sessions changes, because deployed tables contain sessions in this
    /// format.
    #[test]
    fn a_session_is_read_as_it_was_stored_and_one_of_an_earlier_release_too() {
        let now: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
        let stored = |more: &[(&str, Value)]| {
            let mut item = key::session(
                "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
                uuid::Uuid::from_u128(7),
            );
            item.insert(GENERATION.to_owned(), n(3));
            item.insert(EXPIRES_AT.to_owned(), n(now.as_second() + 1));
            item.extend(
                more.iter()
                    .map(|(name, value)| ((*name).to_owned(), value.clone())),
            );
            item
        };
        let standing = |item: Item| {
            let family: Family = serde_dynamo::from_item(item).unwrap();
            family.standing(None, now)
        };
        let earlier = Standing {
            generation: 3,
            refreshed_at: None,
            is_over: false,
        };
        assert_eq!(standing(stored(&[])), earlier);
        let refreshed = ("refreshedAt", s("2027-01-01T00:00:00.123Z"));
        let client = ("client", s("Firefox on Linux"));
        let known = Standing {
            refreshed_at: Some("2027-01-01T00:00:00.123Z".parse().unwrap()),
            ..earlier
        };
        assert_eq!(standing(stored(&[refreshed, client])), known);
        for over in [
            ("revokedAt", n(1)),
            ("passwordChangedAt", s("2026-12-31T00:00:00Z")),
            ("expiresAt", n(now.as_second())),
        ] {
            assert!(
                standing(stored(std::slice::from_ref(&over))).is_over,
                "{over:?}"
            );
        }
    }
}
