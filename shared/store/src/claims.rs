//! Runs the claim machine of `domain` against the table.

use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update},
};
use domain::{
    guest_list::{
        bucket::BucketNo,
        claim::{Answer, Claim, Outcome, Step},
    },
    id::EventId,
};

use crate::{
    Store, StoreError,
    attribute::{REQUEST, REV, b, n, number, s},
    batch::back_off,
    buckets::{CLOSES, FREE, GUESTS, OPENS, STATE, bucket, guest_set},
    condition::{is_conflict, old_item},
    key, transaction,
};

/// The bucket takes guests now.
const ADMITS: &str = "#state = :open AND #opens <= :now AND #closes > :now";

impl Store {
    /// Carries a claim through to its outcome. `request` is noted in what it writes.
    ///
    /// # Errors
    /// The table could not be read or written; the seat may have been taken, which a repetition finds out.
    pub async fn claim(
        &self,
        event: EventId,
        claim: &mut Claim,
        request: &str,
    ) -> Result<Outcome, StoreError> {
        let mut step = claim.start();
        loop {
            let answer = match step {
                Step::Claim => self.claim_at_home(event, claim, request).await?,
                Step::Borrow { donor } => self.borrow(event, claim, donor, request).await?,
                Step::ReadAvailability => {
                    Answer::Availability(self.availability(event).await?.unwrap_or_default())
                }
                Step::ReadHome => Answer::Home(self.bucket(event, claim.home()).await?),
                Step::Pause { attempt } => {
                    back_off(attempt).await;
                    Answer::Paused
                }
                Step::Done(outcome) => return Ok(outcome),
            };
            step = claim.advance(answer);
        }
    }

    async fn claim_at_home(
        &self,
        event: EventId,
        claim: &Claim,
        request: &str,
    ) -> Result<Answer, StoreError> {
        match self.claim_update(event, claim, request).send().await {
            Ok(done) => Ok(Answer::Claimed {
                rev: number(&done.attributes.unwrap_or_default(), REV)?,
            }),
            // Somebody is borrowing from, or to, this bucket at this moment.
            Err(error) if is_conflict(&error) => Ok(Answer::Conflict),
            Err(error) => {
                let item =
                    old_item(error)?.ok_or(StoreError::corrupt("a bucket that should be there"))?;
                Ok(Answer::ClaimRefused(bucket(&item)?.1))
            }
        }
    }

    /// The one conditional write that decides.
    fn claim_update(
        &self,
        event: EventId,
        claim: &Claim,
        request: &str,
    ) -> UpdateItemFluentBuilder {
        let condition = format!("{ADMITS} AND #free > :zero AND NOT contains(#guests, :guest)");
        #[cfg(test)]
        let condition = if self.unconditional {
            format!("({condition}) OR #free < :zero OR #free >= :zero")
        } else {
            condition
        };
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::bucket(event, claim.home())))
            .update_expression("SET #free = #free - :one, #rev = #rev + :one, #request = :request ADD #guests :guests")
            .condition_expression(condition)
            .expression_attribute_names("#state", STATE)
            .expression_attribute_names("#opens", OPENS)
            .expression_attribute_names("#closes", CLOSES)
            .expression_attribute_names("#free", FREE)
            .expression_attribute_names("#rev", REV)
            .expression_attribute_names("#guests", GUESTS)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_values(":open", s("open"))
            .expression_attribute_values(":now", n(claim.now()))
            .expression_attribute_values(":zero", n(0))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":guest", b(*claim.guest().as_bytes()))
            .expression_attribute_values(":guests", guest_set(claim.guest()))
            .expression_attribute_values(":request", s(request))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// One transaction: a seat of the donor, the guest at home. A user is always in their home bucket, so nobody
    /// can be on the list twice.
    async fn borrow(
        &self,
        event: EventId,
        claim: &Claim,
        donor: BucketNo,
        request: &str,
    ) -> Result<Answer, StoreError> {
        let update = |no| {
            Update::builder()
                .table_name(&self.table)
                .set_key(Some(key::bucket(event, no)))
                .expression_attribute_names("#state", STATE)
                .expression_attribute_names("#opens", OPENS)
                .expression_attribute_names("#closes", CLOSES)
                .expression_attribute_names("#rev", REV)
                .expression_attribute_names("#request", REQUEST)
                .expression_attribute_values(":open", s("open"))
                .expression_attribute_values(":now", n(claim.now()))
                .expression_attribute_values(":one", n(1))
                .expression_attribute_values(":request", s(request))
                .return_values_on_condition_check_failure(
                    ReturnValuesOnConditionCheckFailure::AllOld,
                )
        };
        let give = update(donor)
            .update_expression("SET #free = #free - :one, #rev = #rev + :one, #request = :request")
            .condition_expression(format!("{ADMITS} AND #free > :zero"))
            .expression_attribute_names("#free", FREE)
            .expression_attribute_values(":zero", n(0))
            .build()?;
        let take = update(claim.home())
            .update_expression("SET #rev = #rev + :one, #request = :request ADD #guests :guests")
            .condition_expression(format!("{ADMITS} AND NOT contains(#guests, :guest)"))
            .expression_attribute_names("#guests", GUESTS)
            .expression_attribute_values(":guest", b(*claim.guest().as_bytes()))
            .expression_attribute_values(":guests", guest_set(claim.guest()))
            .build()?;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(give).build())
            .transact_items(TransactWriteItem::builder().update(take).build());
        match transaction::send(writes).await {
            Ok(()) => Ok(Answer::Borrowed),
            Err(error) => {
                let [giving, taking] = transaction::cancellation(error)?;
                let (donor, home) = (giving.bucket()?, taking.bucket()?);
                Ok(if donor.is_some() || home.is_some() {
                    Answer::BorrowRefused { home, donor }
                } else {
                    Answer::Conflict
                })
            }
        }
    }
}
