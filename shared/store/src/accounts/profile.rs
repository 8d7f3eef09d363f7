//! What the holder of an account changes: name and password.

use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{id::UserId, text::PersonName, user::User};
use jiff::Timestamp;

use super::{PASSWORD_CHANGED_AT, PASSWORD_HASH, RESET};
use crate::{
    Store, StoreError,
    attribute::{PK, REQUEST, s},
    condition::old_item,
    key,
};

/// What became of a change of password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordChange {
    /// The account has the new one.
    Changed,
    /// The account, if it is still there, has another password than the one that was shown.
    Outdated,
}

impl Store {
    /// Gives an account another name; `None` if there is no such account.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn rename_user(
        &self,
        user: UserId,
        name: &PersonName,
    ) -> Result<Option<User>, StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::account(user)))
            .update_expression("SET #name = :name")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":name", s(name.as_str()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match written {
            Ok(done) => Ok(done.attributes.map(serde_dynamo::from_item).transpose()?),
            Err(error) => old_item(error).map(|_| None),
        }
    }

    /// Gives an account another password, if it still has the one whose hash is `from`. Its sessions are over, and a
    /// code to reset the password serves nobody any more.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn change_password(
        &self,
        user: UserId,
        from: &str,
        to: &str,
        now: Timestamp,
        request: &str,
    ) -> Result<PasswordChange, StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::account(user)))
            .update_expression(
                "SET #passwordHash = :to, #passwordChangedAt = :now, #request = :request REMOVE #reset",
            )
            .condition_expression("#passwordHash = :from")
            .expression_attribute_names("#passwordHash", PASSWORD_HASH)
            .expression_attribute_names("#passwordChangedAt", PASSWORD_CHANGED_AT)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#reset", RESET)
            .expression_attribute_values(":to", s(to))
            .expression_attribute_values(":from", s(from))
            .expression_attribute_values(":now", s(now.to_string()))
            .expression_attribute_values(":request", s(request))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let Err(error) = written else {
            return Ok(PasswordChange::Changed);
        };
        Ok(if super::has_hash(old_item(error)?, to) {
            PasswordChange::Changed
        } else {
            PasswordChange::Outdated
        })
    }
}
