//! Codes on their way to the owner of an address: issued, tried, and spent on what they allow.
//!
//! Every guess ends in a write, and a code is spent only while fewer wrong ones are counted than kill it. So however
//! many guesses are made at once, no more than those few are made at one code.

use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder as UpdateItem,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use domain::{
    email_change::PendingEmail,
    id::UserId,
    mail_code::{MAX_WRONG_TRIES, PendingCode, Purpose},
};
use jiff::Timestamp;

use super::{
    EMAIL_CHANGE, EMAIL_VERIFIED, PASSWORD_CHANGED_AT, PASSWORD_HASH, RESET, VERIFICATION,
};
use crate::{
    Store, StoreError,
    attribute::{PK, REQUEST, n, s},
    condition::old_item,
    key,
};

pub(super) const ISSUED_AT: &str = "issuedAt";
pub(super) const WRONG_TRIES: &str = "wrongTries";

/// What became of a code that was right when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    /// It was spent, and what it allows is done.
    Spent,
    /// Meanwhile it was spent by somebody else, replaced, or killed by wrong tries.
    Gone,
}

fn attribute(purpose: Purpose<'_>) -> &'static str {
    match purpose {
        Purpose::Verification => VERIFICATION,
        Purpose::PasswordReset => RESET,
        Purpose::EmailChange(_) => EMAIL_CHANGE,
    }
}

impl Store {
    /// Issues a code in the place of the one that the account has, if any. Whether it was issued: of two who do so at once
    /// one does, and where there is no such account nobody does.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn issue_code(
        &self,
        user: UserId,
        purpose: Purpose<'_>,
        instead_of: Option<PendingCode>,
        now: Timestamp,
        request: &str,
    ) -> Result<bool, StoreError> {
        let issued = match purpose {
            Purpose::Verification | Purpose::PasswordReset => {
                serde_dynamo::to_attribute_value(PendingCode::issued(now))
            }
            Purpose::EmailChange(to) => {
                serde_dynamo::to_attribute_value(PendingEmail::asked(to.clone(), now))
            }
        }?;
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::account(user)))
            .update_expression("SET #code = :issued, #request = :request")
            .expression_attribute_names("#code", attribute(purpose))
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_values(":issued", issued)
            .expression_attribute_values(":request", s(request));
        let update = match instead_of {
            None => update
                .condition_expression("attribute_exists(#pk) AND attribute_not_exists(#code)")
                .expression_attribute_names("#pk", PK),
            Some(old) => update
                .condition_expression("#code.#issuedAt = :old")
                .expression_attribute_names("#issuedAt", ISSUED_AT)
                .expression_attribute_values(":old", s(old.issued_at.to_string())),
        };
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
    }

    /// Counts a wrong try of the code that was issued at `issued_at`; none where there is no such code.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn count_wrong_try(
        &self,
        user: UserId,
        purpose: Purpose<'_>,
        issued_at: Timestamp,
    ) -> Result<(), StoreError> {
        let counted = self
            .with_living_code(user, purpose, issued_at)
            .update_expression("SET #code.#wrongTries = #code.#wrongTries + :one")
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        match counted {
            Ok(_) => Ok(()),
            Err(error) => old_item(error).map(|_| ()),
        }
    }

    /// Spends the code that was issued at `issued_at`: the account's address is verified.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn verify_email(
        &self,
        user: UserId,
        issued_at: Timestamp,
    ) -> Result<CodeUse, StoreError> {
        let verified = self
            .with_living_code(user, Purpose::Verification, issued_at)
            .update_expression("SET #emailVerified = :true REMOVE #code")
            .expression_attribute_names("#emailVerified", EMAIL_VERIFIED)
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .send()
            .await;
        let Err(error) = verified else {
            return Ok(CodeUse::Spent);
        };
        // By somebody else, or by this very call, whose answer was lost on its way: verified is verified.
        let is_verified = old_item(error)?
            .is_some_and(|item| item.get(EMAIL_VERIFIED) == Some(&AttributeValue::Bool(true)));
        Ok(if is_verified {
            CodeUse::Spent
        } else {
            CodeUse::Gone
        })
    }

    /// Spends the code that was issued at `issued_at`: the account has another password, its sessions are over, and
    /// its address is verified, for the code went there. A change of address that somebody asked for with the old password
    /// is off.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn reset_password(
        &self,
        user: UserId,
        issued_at: Timestamp,
        password_hash: &str,
        now: Timestamp,
        request: &str,
    ) -> Result<CodeUse, StoreError> {
        let reset = self
            .with_living_code(user, Purpose::PasswordReset, issued_at)
            .update_expression(
                "SET #passwordHash = :hash, #passwordChangedAt = :now, #emailVerified = :true, #request = :request REMOVE #code, #verification, #emailChange",
            )
            .expression_attribute_names("#passwordHash", PASSWORD_HASH)
            .expression_attribute_names("#passwordChangedAt", PASSWORD_CHANGED_AT)
            .expression_attribute_names("#emailVerified", EMAIL_VERIFIED)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#verification", VERIFICATION)
            .expression_attribute_names("#emailChange", EMAIL_CHANGE)
            .expression_attribute_values(":hash", s(password_hash))
            .expression_attribute_values(":now", s(now.to_string()))
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .expression_attribute_values(":request", s(request))
            .send()
            .await;
        let Err(error) = reset else {
            return Ok(CodeUse::Spent);
        };
        Ok(if super::has_hash(old_item(error)?, password_hash) {
            CodeUse::Spent
        } else {
            CodeUse::Gone
        })
    }

    /// A write of an account on the condition that the code `#code` was issued at `issued_at` and is not dead.
    fn with_living_code(
        &self,
        user: UserId,
        purpose: Purpose<'_>,
        issued_at: Timestamp,
    ) -> UpdateItem {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::account(user)))
            .condition_expression("#code.#issuedAt = :issuedAt AND #code.#wrongTries < :most")
            .expression_attribute_names("#code", attribute(purpose))
            .expression_attribute_names("#issuedAt", ISSUED_AT)
            .expression_attribute_names("#wrongTries", WRONG_TRIES)
            .expression_attribute_values(":issuedAt", s(issued_at.to_string()))
            .expression_attribute_values(":most", n(MAX_WRONG_TRIES))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }
}
