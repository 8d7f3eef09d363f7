//! Session families: which generation of refresh token is current.
//!
//! A family notes when its account's password had been changed last, as whoever began it had read. With the next
//! change all families of the account are over, by that one write: no clock, and no process that dies before the
//! last of them is revoked, has a say in it.

use domain::{
    id::UserId,
    refresh_token::{LIFETIME_SECONDS, RefreshToken},
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, REQUEST, n, number, s},
    key,
};

const GENERATION: &str = "generation";
const PASSWORD_CHANGED_AT: &str = "passwordChangedAt";
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

/// Whether this very request made `next` the current token, and nobody ended the session since.
fn ours(item: &Item, next: RefreshToken, request: &str) -> Result<bool, StoreError> {
    let by_us = item
        .get(REQUEST)
        .and_then(|by| by.as_s().ok())
        .is_some_and(|by| by == request);
    Ok(by_us && !item.contains_key(REVOKED) && number::<u32>(item, GENERATION)? == next.generation)
}

impl Store {
    /// Begins a session family of an account whose password was changed last at `password_changed_at`; its first
    /// token.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn begin_session(
        &self,
        user: UserId,
        family: Uuid,
        password_changed_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<RefreshToken, StoreError> {
        let token = RefreshToken {
            user,
            family,
            generation: 1,
        };
        let mut item = key::session(user, family);
        item.insert(GENERATION.to_owned(), n(token.generation));
        item.insert(EXPIRES_AT.to_owned(), n(now.as_second() + LIFETIME_SECONDS));
        if let Some(at) = password_changed_at {
            item.insert(PASSWORD_CHANGED_AT.to_owned(), s(at.to_string()));
        }
        self.put(item).await?;
        Ok(token)
    }

    /// Spends a token: one conditional write, so that of two who show it one gets the next. The family has ended if
    /// it began under another password than that of `password_changed_at`. `request` tells a repetition of this very
    /// call, whose answer was lost on its way, from somebody else's.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn rotate_session(
        &self,
        token: RefreshToken,
        password_changed_at: Option<Timestamp>,
        now: Timestamp,
        request: &str,
    ) -> Result<Rotation, StoreError> {
        let next = RefreshToken {
            generation: token.generation.saturating_add(1),
            ..token
        };
        let same_password = match password_changed_at {
            Some(_) => "#passwordChangedAt = :passwordChangedAt",
            None => "attribute_not_exists(#passwordChangedAt)",
        };
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::session(token.user, token.family)))
            .update_expression("SET #generation = :next, #expires = :expires, #request = :request")
            .condition_expression(format!(
                "#generation = :shown AND #expires > :now AND attribute_not_exists(#revoked) AND {same_password}"
            ))
            .expression_attribute_names("#passwordChangedAt", PASSWORD_CHANGED_AT)
            .set_expression_attribute_values(
                password_changed_at
                    .map(|at| Item::from([(":passwordChangedAt".to_owned(), s(at.to_string()))])),
            )
            .expression_attribute_names("#generation", GENERATION)
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_names("#revoked", REVOKED)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":next", n(next.generation))
            .expression_attribute_values(":expires", n(now.as_second() + LIFETIME_SECONDS))
            .expression_attribute_values(":shown", n(token.generation))
            .expression_attribute_values(":now", n(now.as_second()))
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            )
            .send()
            .await;
        match written {
            Ok(_) => Ok(Rotation::Next(next)),
            Err(error) => match crate::condition::old_item(error)? {
                Some(item) if ours(&item, next, request)? => Ok(Rotation::Next(next)),
                Some(item) if number::<u32>(&item, GENERATION)? > token.generation => {
                    Ok(Rotation::Spent)
                }
                _ => Ok(Rotation::Ended),
            },
        }
    }

    /// Ends a session family: none of its tokens works any more. Ending it again changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn revoke_session(
        &self,
        user: UserId,
        family: Uuid,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::session(user, family)))
            .update_expression("SET #revoked = :now")
            .condition_expression("attribute_exists(#generation)")
            .expression_attribute_names("#generation", GENERATION)
            .expression_attribute_names("#revoked", REVOKED)
            .expression_attribute_values(":now", n(now.as_second()))
            .send()
            .await;
        match written {
            Ok(_) => Ok(()),
            Err(error) => crate::condition::old_item(error).map(|_| ()),
        }
    }
}
