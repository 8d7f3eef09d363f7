//! The password of an account.

use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use domain::id::UserId;
use jiff::Timestamp;

use super::{EMAIL_CHANGE, PASSWORD_CHANGED_AT, PASSWORD_HASH, RESET};
use crate::{
    Store, StoreError,
    attribute::{REQUEST, s},
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
    /// Gives an account another password, if it still has the one whose hash is `from`. Its sessions are over. A
    /// code to reset the password serves nobody any more, nor does one that brings another address: whoever asked for it
    /// knew the old password.
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
                "SET #passwordHash = :to, #passwordChangedAt = :now, #request = :request REMOVE #reset, #emailChange",
            )
            .condition_expression("#passwordHash = :from")
            .expression_attribute_names("#passwordHash", PASSWORD_HASH)
            .expression_attribute_names("#passwordChangedAt", PASSWORD_CHANGED_AT)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#reset", RESET)
            .expression_attribute_names("#emailChange", EMAIL_CHANGE)
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

    /// Replaces the hash `from` of an account by another one of the same password. Sessions go on, and nothing is mailed. If
    /// the account has another hash meanwhile, it keeps that.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn renew_password_hash(
        &self,
        user: UserId,
        from: &str,
        to: &str,
        request: &str,
    ) -> Result<(), StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::account(user)))
            .update_expression("SET #passwordHash = :to, #request = :request")
            .condition_expression("#passwordHash = :from")
            .expression_attribute_names("#passwordHash", PASSWORD_HASH)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_values(":to", s(to))
            .expression_attribute_values(":from", s(from))
            .expression_attribute_values(":request", s(request))
            .send()
            .await;
        match written {
            Ok(_) => Ok(()),
            Err(error) => old_item(error).map(|_| ()),
        }
    }
}
