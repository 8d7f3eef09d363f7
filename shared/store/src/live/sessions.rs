//! The check whether the session that opened a connection is still valid.

use domain::id::UserId;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::{Store, StoreError, key};

/// The attributes of a session family from which its end is computed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Family {
    /// The time at which the family expires, in seconds since 1970.
    #[serde(rename = "expiresAt")]
    end: i64,
    #[serde(rename = "revokedAt")]
    revoked: Option<i64>,
    /// The time at which the account's password had last been changed when the family began.
    password_changed_at: Option<Timestamp>,
}

impl Store {
    /// Returns whether a session family is still valid: it was not revoked, has not expired, and began with the account's
    /// present password, which was set at `password_changed_at`. The read of the family is strongly consistent.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn session_goes_on(
        &self,
        user: UserId,
        family: Uuid,
        password_changed_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let family: Option<Family> = self.get(key::session(user, family)).await?;
        Ok(family.is_some_and(|family| {
            family.revoked.is_none()
                && family.end > now.as_second()
                && family.password_changed_at == password_changed_at
        }))
    }
}
