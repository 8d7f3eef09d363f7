//! Which account holds which address, and how an account gets another one.
//!
//! An address is held by an item of its own, so that of all who want it at once one account gets it. The item lies under the
//! identity of the address; accounts from before decision 17 have theirs under what was typed.

use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, TransactWriteItem, Update, builders::UpdateBuilder,
};
use domain::{
    audit::AuditEntry,
    email::{Email, TypedEmail},
    email_change::{FormerEmail, PendingEmail},
    id::UserId,
    mail_code::MAX_WRONG_TRIES,
};
use serde::Deserialize;

use super::{
    Account, EMAIL, EMAIL_CHANGE, EMAIL_VERIFIED, FORMER_EMAIL, MAIL_BLOCK, RESET, VERIFICATION,
    cancelled_by_condition,
    codes::{ISSUED_AT, WRONG_TRIES},
};
use crate::{
    Store, StoreError,
    attribute::{Item, PK, REQUEST, n, s},
    audit::Sent,
    condition::old_item,
    key,
};

const USER_ID: &str = "userId";

/// What became of a change of an account's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailSwap {
    /// The account has the address, and the one that it had is free.
    Done,
    /// Another account has the address.
    Taken,
    /// The account is not what it was when it was read: the change was called off or made meanwhile, or the account erased.
    Gone,
}

/// The item that holds an address for an account.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hold {
    pk: String,
    user_id: UserId,
}

impl Store {
    /// The account of an address, held under whatever spelling. It takes as many calls where there is none, so that the
    /// time of a login does not tell which addresses have accounts.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn account_by_email(
        &self,
        typed: &TypedEmail,
    ) -> Result<Option<Account>, StoreError> {
        let keys: Vec<Item> = typed
            .spellings()
            .iter()
            .map(|one| key::email(one))
            .collect();
        let holds: Vec<Hold> = if let [key] = &keys[..] {
            self.get(key.clone()).await?.into_iter().collect()
        } else {
            let items = self.get_all(keys.clone(), true).await?;
            let holds = items.into_iter().map(serde_dynamo::from_item);
            holds.collect::<Result<_, _>>()?
        };
        let under = |key: &Item| holds.iter().find(|hold| key.get(PK) == Some(&s(&hold.pk)));
        let id = match keys.iter().find_map(under) {
            Some(hold) => hold.user_id,
            None => UserId::from_uuid(uuid::Uuid::nil()),
        };
        self.account(id).await
    }

    /// The writes that give `user` the address, if nobody holds it under any of its spellings.
    pub(super) fn take_address(
        &self,
        typed: &TypedEmail,
        user: UserId,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let spelling = typed.email().held_as();
        let mut hold = key::email(spelling);
        hold.insert(USER_ID.to_owned(), s(user.to_string()));
        let take = TransactWriteItem::builder().put(self.put_new(hold)?);
        let mut writes = vec![take.build()];
        for other in typed.spellings().iter().filter(|other| *other != spelling) {
            let free = ConditionCheck::builder()
                .table_name(&self.table)
                .set_key(Some(key::email(other)))
                .condition_expression("attribute_not_exists(#pk)")
                .expression_attribute_names("#pk", PK)
                .build()?;
            writes.push(TransactWriteItem::builder().condition_check(free).build());
        }
        Ok(writes)
    }

    /// The write by which `user` lets go of its address.
    pub(super) fn release_address(
        &self,
        address: &Email,
        user: UserId,
    ) -> Result<TransactWriteItem, StoreError> {
        let release = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::email(address.held_as())))
            .condition_expression("#user = :user")
            .expression_attribute_names("#user", USER_ID)
            .expression_attribute_values(":user", s(user.to_string()))
            .build()?;
        Ok(TransactWriteItem::builder().delete(release).build())
    }

    /// Gives `account` the address that `change` asks for, which is verified thereby, and keeps `former`. The old address is
    /// free; codes that were mailed there serve nobody, and that it refused mail means nothing for the new one.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn change_email(
        &self,
        account: &Account,
        change: &PendingEmail,
        former: &FormerEmail,
        entry: &AuditEntry,
    ) -> Result<EmailSwap, StoreError> {
        let update = Update::builder()
            .update_expression(
                "SET #email = :email, #verified = :true, #request = :request, #former = :former \
                 REMOVE #change, #reset, #verification, #block",
            )
            .condition_expression(
                "#email = :held AND #change.#issuedAt = :issuedAt AND #change.#wrongTries < :most",
            )
            .expression_attribute_names("#wrongTries", WRONG_TRIES)
            .expression_attribute_values(":most", n(MAX_WRONG_TRIES))
            .expression_attribute_values(":former", serde_dynamo::to_attribute_value(former)?)
            .expression_attribute_values(":issuedAt", s(change.issued_at.to_string()));
        self.swap_email(account, &change.to, update, entry).await
    }

    /// Gives `account` the address `former` back, which is verified, and calls off a change that is under way.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn restore_email(
        &self,
        account: &Account,
        former: &FormerEmail,
        entry: &AuditEntry,
    ) -> Result<EmailSwap, StoreError> {
        let update = Update::builder()
            .update_expression(
                "SET #email = :email, #verified = :true, #request = :request \
                 REMOVE #former, #change, #reset, #verification, #block",
            )
            .condition_expression("#email = :held AND #former.#issuedAt = :issuedAt")
            .expression_attribute_values(":issuedAt", s(former.issued_at.to_string()));
        self.swap_email(account, &former.email, update, entry).await
    }

    /// One transaction: the account, the hold on its old address, that on the new one, and the entry.
    async fn swap_email(
        &self,
        account: &Account,
        to: &Email,
        update: UpdateBuilder,
        entry: &AuditEntry,
    ) -> Result<EmailSwap, StoreError> {
        let user = &account.user;
        // It has the address already, so the change was made meanwhile.
        if user.email == *to {
            return Ok(EmailSwap::Gone);
        }
        let to = TypedEmail::from(to);
        let update = update
            .table_name(&self.table)
            .set_key(Some(key::account(user.id)))
            .expression_attribute_names("#email", EMAIL)
            .expression_attribute_names("#verified", EMAIL_VERIFIED)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#former", FORMER_EMAIL)
            .expression_attribute_names("#change", EMAIL_CHANGE)
            .expression_attribute_names("#issuedAt", ISSUED_AT)
            .expression_attribute_names("#reset", RESET)
            .expression_attribute_names("#verification", VERIFICATION)
            .expression_attribute_names("#block", MAIL_BLOCK)
            .expression_attribute_values(":email", s(to.email().held_as()))
            .expression_attribute_values(":held", s(user.email.held_as()))
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .expression_attribute_values(":request", s(&entry.request_id))
            .build()?;
        let mut writes = vec![
            TransactWriteItem::builder().update(update).build(),
            self.release_address(&user.email, user.id)?,
        ];
        let own = 0..writes.len();
        writes.extend(self.take_address(&to, user.id)?);
        let writes = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes));
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Written => EmailSwap::Done,
            Sent::Refused(error)
                if own
                    .into_iter()
                    .any(|at| cancelled_by_condition(error.as_service_error(), at)) =>
            {
                EmailSwap::Gone
            }
            Sent::Refused(_) => EmailSwap::Taken,
        })
    }

    /// Calls off the change of address that `account` had when it was read. Whether it was still under way.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn call_off_email_change(
        &self,
        account: &Account,
        change: &PendingEmail,
        request: &str,
    ) -> Result<bool, StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::account(account.user.id)))
            .update_expression("SET #request = :request REMOVE #change")
            .condition_expression("#email = :held AND #change.#issuedAt = :issuedAt")
            .expression_attribute_names("#email", EMAIL)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#change", EMAIL_CHANGE)
            .expression_attribute_names("#issuedAt", ISSUED_AT)
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":held", s(account.user.email.held_as()))
            .expression_attribute_values(":issuedAt", s(change.issued_at.to_string()))
            .send()
            .await;
        match written {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
    }
}
