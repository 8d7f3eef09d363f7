//! Mails: one item each, so that each is sent once.

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use domain::{
    email::Email,
    id::{EventId, UserId},
    mail_key::MailKey,
    mail_state::MailState,
};
use jiff::Timestamp;

use crate::{
    Account, MailBlock, Store, StoreError,
    accounts::{EMAIL, MAIL_BLOCK},
    attribute::{EXPIRES_AT, Item, PK, n, s, text},
    condition::old_item,
    key,
};

const STATE: &str = "state";
const LEASE: &str = "lease";
const AT: &str = "at";

/// How long the item of a mail is kept: longer than messages live, and reminders ahead.
const KEPT: Duration = Duration::from_hours(24 * 400);

/// Who may send a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailClaim {
    /// The caller, until the lease ends.
    Yours,
    /// Nobody: that is where it stands.
    Settled(MailState),
    /// Somebody else, at this moment.
    Busy,
}

/// Reads the state of a mail.
pub(crate) fn state(item: &Item) -> Result<MailState, StoreError> {
    text(item, STATE)?
        .parse()
        .map_err(|_| StoreError::corrupt("the state of a mail"))
}

impl Store {
    /// Takes it upon the caller to send a mail, until `now + lease`. One conditional write. Whoever dies over it leaves a
    /// lease that ends: then another may send, perhaps what was sent already.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn claim_mail(
        &self,
        mail: &MailKey,
        now: Timestamp,
        lease: Duration,
    ) -> Result<MailClaim, StoreError> {
        let until = now.as_millisecond() + i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
        let expires = now.as_second() + i64::try_from(KEPT.as_secs()).unwrap_or(0);
        let claimed = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::mail(mail)))
            .update_expression(
                "SET #state = :sending, #lease = :until, #at = :at, #expires = :expires",
            )
            .condition_expression(
                "attribute_not_exists(#pk) OR (#state = :sending AND #lease <= :now)",
            )
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#state", STATE)
            .expression_attribute_names("#lease", LEASE)
            .expression_attribute_names("#at", AT)
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":sending", s(MailState::Sending.as_str()))
            .expression_attribute_values(":until", n(until))
            .expression_attribute_values(":now", n(now.as_millisecond()))
            .expression_attribute_values(":at", s(now.to_string()))
            .expression_attribute_values(":expires", n(expires))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match claimed {
            Ok(_) => Ok(MailClaim::Yours),
            Err(error) => {
                let item = old_item(error)?.ok_or(StoreError::corrupt("a mail"))?;
                Ok(match state(&item)? {
                    MailState::Sending => MailClaim::Busy,
                    state => MailClaim::Settled(state),
                })
            }
        }
    }

    /// Gives a claim back: the mail was not sent, and may be tried again at once.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn release_mail(&self, mail: &MailKey) -> Result<(), StoreError> {
        let released = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::mail(mail)))
            .update_expression("SET #lease = :now")
            .condition_expression("#state = :sending")
            .expression_attribute_names("#state", STATE)
            .expression_attribute_names("#lease", LEASE)
            .expression_attribute_values(":sending", s(MailState::Sending.as_str()))
            .expression_attribute_values(":now", n(0))
            .send()
            .await;
        match released {
            Ok(_) => Ok(()),
            Err(error) => old_item(error).map(|_| ()),
        }
    }

    /// Notes where a mail stands. A state that cannot follow the one that stands is ignored; whether it was noted.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn settle_mail(
        &self,
        mail: &MailKey,
        state: MailState,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::mail(mail)))
            .update_expression("SET #state = :state, #at = :at REMOVE #lease")
            .expression_attribute_names("#state", STATE)
            .expression_attribute_names("#lease", LEASE)
            .expression_attribute_names("#at", AT)
            .expression_attribute_values(":state", s(state.as_str()))
            .expression_attribute_values(":at", s(at.to_string()));
        let mut names = Vec::new();
        for before in state.may_follow() {
            let name = format!(":{}", before.as_str());
            update = update.expression_attribute_values(&name, s(before.as_str()));
            names.push(name);
        }
        let settled = update
            .condition_expression(format!("#state IN ({})", names.join(", ")))
            .send()
            .await;
        match settled {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
    }

    /// The accounts of those of the users that exist, in any order.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn accounts(&self, users: &[UserId]) -> Result<Vec<Account>, StoreError> {
        let items = self
            .get_all(users.iter().map(|user| key::account(*user)).collect(), true)
            .await?;
        items
            .into_iter()
            .map(|item| Ok(serde_dynamo::from_item(item)?))
            .collect()
    }

    /// Lets a user get no more mail at `address`, if the account still has it; a complaint outweighs a bounce.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn block_mail(
        &self,
        user: UserId,
        address: &Email,
        block: MailBlock,
    ) -> Result<(), StoreError> {
        let (name, condition) = match block {
            MailBlock::Bounced => (
                "bounced",
                "#email = :address AND attribute_not_exists(#block)",
            ),
            MailBlock::Complained => ("complained", "#email = :address"),
        };
        let blocked = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::account(user)))
            .update_expression("SET #block = :block")
            .condition_expression(condition)
            .expression_attribute_names("#email", EMAIL)
            .expression_attribute_names("#block", MAIL_BLOCK)
            .expression_attribute_values(":block", s(name))
            .expression_attribute_values(":address", s(address.held_as()))
            .send()
            .await;
        match blocked {
            Ok(_) => Ok(()),
            Err(error) => old_item(error).map(|_| ()),
        }
    }

    /// Lets a registrant get no more announcements and reminders of an event. Whether there is such a registration.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn mute(&self, user: UserId, event: EventId) -> Result<bool, StoreError> {
        let muted = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::registration(user, event)))
            .update_expression("SET #muted = :true")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#muted", "muted")
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .send()
            .await;
        match muted {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
    }

    /// Where those of the mails stand that were ever tried.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn mail_states(
        &self,
        mails: &[MailKey],
    ) -> Result<HashMap<MailKey, MailState>, StoreError> {
        let items = self
            .get_all(mails.iter().map(key::mail).collect(), false)
            .await?;
        items
            .iter()
            .map(|item| {
                let key = key::parse_mail_pk(text(item, PK)?)
                    .ok_or(StoreError::corrupt("the key of a mail"))?;
                Ok((key, state(item)?))
            })
            .collect()
    }
}
