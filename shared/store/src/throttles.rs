//! Failures that make somebody wait.

use domain::throttle::{FORGOTTEN_AFTER, Failures, Subject};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, PK, n, number},
    condition::old_item,
    key,
};

const COUNT: &str = "failures";
const LAST_AT: &str = "lastAt";

impl Store {
    /// The failures of each subject that has some, read consistently; those that are forgotten at `now` are none.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn failures(
        &self,
        subjects: &[Subject],
        now: Timestamp,
    ) -> Result<Vec<Option<Failures>>, StoreError> {
        let keys: Vec<Item> = subjects.iter().map(key::throttle).collect();
        let items = self.get_all(keys.clone(), true).await?;
        let of = |key: &Item| items.iter().find(|item| item.get(PK) == key.get(PK));
        keys.iter()
            .map(|key| match of(key) {
                Some(item) if number::<i64>(item, EXPIRES_AT)? > now.as_second() => {
                    Ok(Some(Failures {
                        count: number(item, COUNT)?,
                        last_at: Timestamp::from_millisecond(number(item, LAST_AT)?)
                            .unwrap_or_default(),
                    }))
                }
                _ => Ok(None),
            })
            .collect()
    }

    /// Counts a failure.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn count_failure(&self, subject: &Subject, now: Timestamp) -> Result<(), StoreError> {
        let kept = i64::try_from(FORGOTTEN_AFTER.as_secs()).unwrap_or(0);
        let count = || {
            self.client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(key::throttle(subject)))
                .expression_attribute_names("#count", COUNT)
                .expression_attribute_names("#last", LAST_AT)
                .expression_attribute_names("#expires", EXPIRES_AT)
                .expression_attribute_values(":one", n(1))
                .expression_attribute_values(":last", n(now.as_millisecond()))
                .expression_attribute_values(":expires", n(now.as_second() + kept))
        };
        let further = count()
            .update_expression("ADD #count :one SET #last = :last, #expires = :expires")
            .condition_expression("#expires > :now")
            .expression_attribute_values(":now", n(now.as_second()))
            .send()
            .await;
        if let Err(error) = further {
            old_item(error)?;
            count()
                .update_expression("SET #count = :one, #last = :last, #expires = :expires")
                .send()
                .await?;
        }
        Ok(())
    }

    /// Forgets all failures of a subject.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn forget_failures(&self, subject: &Subject) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key::throttle(subject)))
            .send()
            .await?;
        Ok(())
    }
}
