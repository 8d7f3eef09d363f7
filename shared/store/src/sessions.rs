//! Session families: which generation of refresh token is current.
//!
//! A family notes when its account's password had been changed last, as whoever began it had read. With the next
//! change all families of the account are over, by that one write: no clock, and no process that dies before the
//! last of them is revoked, has a say in it.

mod list;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use domain::{
    client_kind::ClientKind,
    id::{SessionId, UserId},
    refresh_token::{LIFETIME_SECONDS, RefreshToken},
    session::{Standing, Worth},
};
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, REQUEST, n, s},
    key,
};

pub use list::Session;

const GENERATION: &str = "generation";
const PASSWORD_CHANGED_AT: &str = "passwordChangedAt";
const REFRESHED_AT: &str = "refreshedAt";
const CLIENT: &str = "client";
pub(crate) const REVOKED: &str = "revokedAt";

/// What became of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The next token of the family.
    Next(RefreshToken),
    /// The token was spent before.
    Spent,
    /// The family ended: logged out, revoked, or expired.
    Ended,
}

/// A session family as it is stored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Family {
    generation: u32,
    expires_at: i64,
    /// When the current token was made in exchange for another one.
    refreshed_at: Option<Timestamp>,
    /// The kind of client that began or refreshed the session last.
    client: Option<ClientKind>,
    revoked_at: Option<i64>,
    password_changed_at: Option<Timestamp>,
}

impl Family {
    /// The session of an account whose password was changed last at `password_changed_at`. What is over here is what
    /// [`alive`] refuses.
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

/// The condition that a session is not over, for an account with this password. Its names are those of [`ALIVE_NAMES`], its
/// values those of [`alive_values`].
fn alive(password_changed_at: Option<Timestamp>) -> &'static str {
    match password_changed_at {
        Some(_) => {
            "#expires > :now AND attribute_not_exists(#revoked) AND #passwordChangedAt = :passwordChangedAt"
        }
        None => {
            "#expires > :now AND attribute_not_exists(#revoked) AND attribute_not_exists(#passwordChangedAt)"
        }
    }
}

const ALIVE_NAMES: [(&str, &str); 3] = [
    ("#expires", EXPIRES_AT),
    ("#revoked", REVOKED),
    ("#passwordChangedAt", PASSWORD_CHANGED_AT),
];

fn alive_values(
    password_changed_at: Option<Timestamp>,
    now: Timestamp,
) -> Vec<(&'static str, AttributeValue)> {
    let mut values = vec![(":now", n(now.as_second()))];
    if let Some(at) = password_changed_at {
        values.push((":passwordChangedAt", s(at.to_string())));
    }
    values
}

impl Store {
    /// Begins the session `id` of an account whose password was changed last at `password_changed_at`; its first token.
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

    /// Exchanges a token, from a client of this kind: one conditional write, so that of two who show it one makes the next,
    /// and the other is given the same. [`Standing`] says for how long. The family has ended if it began under another
    /// password than that of `password_changed_at`.
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
        let set = "SET #generation = :next, #expires = :expires, #refreshedAt = :refreshedAt, #request = :request";
        let update = match client {
            Some(_) => format!("{set}, #client = :client"),
            None => format!("{set} REMOVE #client"),
        };
        let mut write = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::session(token.user, token.family)))
            .update_expression(update)
            .condition_expression(format!(
                "#generation = :shown AND {}",
                alive(password_changed_at)
            ))
            .expression_attribute_names("#generation", GENERATION)
            .expression_attribute_names("#refreshedAt", REFRESHED_AT)
            .expression_attribute_names("#client", CLIENT)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":next", n(next.generation))
            .expression_attribute_values(":refreshedAt", s(now.to_string()))
            .expression_attribute_values(":expires", n(now.as_second() + LIFETIME_SECONDS))
            .expression_attribute_values(":shown", n(token.generation))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        if let Some(client) = client {
            write = write.expression_attribute_values(":client", s(client.as_str()));
        }
        for (name, attribute) in ALIVE_NAMES {
            write = write.expression_attribute_names(name, attribute);
        }
        for (name, value) in alive_values(password_changed_at, now) {
            write = write.expression_attribute_values(name, value);
        }
        let Err(error) = write.send().await else {
            return Ok(Rotation::Next(next));
        };
        let Some(item) = crate::condition::old_item(error)? else {
            return Ok(Rotation::Ended);
        };
        let family: Family = serde_dynamo::from_item(item)?;
        let standing = family.standing(password_changed_at, now);
        match standing.worth_of(token.generation, now) {
            Worth::Current => Ok(Rotation::Next(next)),
            Worth::Theft => Ok(Rotation::Spent),
            Worth::Nothing => Ok(Rotation::Ended),
            // The condition said otherwise of the same item.
            Worth::Successor => Err(StoreError::corrupt("a session")),
        }
    }

    /// Ends a session: none of its tokens works any more. Whether there was one; ending it again changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn revoke_session(
        &self,
        user: UserId,
        id: SessionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::session(user, id.uuid())))
            .update_expression("SET #revoked = if_not_exists(#revoked, :now)")
            .condition_expression("attribute_exists(#generation)")
            .expression_attribute_names("#generation", GENERATION)
            .expression_attribute_names("#revoked", REVOKED)
            .expression_attribute_values(":now", n(now.as_second()))
            .send()
            .await;
        match written {
            Ok(_) => Ok(true),
            Err(error) => crate::condition::old_item(error).map(|_| false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::Item;

    /// Golden: deployed tables hold such items.
    #[test]
    fn a_session_is_read_as_it_was_stored_and_one_of_an_earlier_release_too() {
        let now: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
        let stored = |more: &[(&str, AttributeValue)]| {
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
