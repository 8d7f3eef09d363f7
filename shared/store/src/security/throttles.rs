//! Counters of failures, such as failed logins. After some failures, a subject has to wait before it may try the next time.

use domain::security::throttle::{FORGOTTEN_AFTER, Failures, Subject};
use jiff::Timestamp;
use table::{Delete, Update};

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, PK, n, number},
    condition::unexpired,
    key,
};

const COUNT: &str = "failures";
const LAST_AT: &str = "lastAt";

impl Store {
    /// Returns the failures of each subject, in the order of `subjects`, by strongly consistent reads. The result for a subject
    /// is `None` if the subject has no failures, or if its failures have expired at `now`.
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

    /// Counts one failure of the subject, at the time `now`.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn count_failure(&self, subject: &Subject, now: Timestamp) -> Result<(), StoreError> {
        let kept = i64::try_from(FORGOTTEN_AFTER.as_secs()).unwrap_or(0);
        let count = || {
            Update::of(key::throttle(subject))
                .set(LAST_AT, n(now.as_millisecond()))
                .set(EXPIRES_AT, n(now.as_second() + kept))
        };
        let further = count().add(COUNT, n(1)).when(unexpired(now));
        if !self.try_write(further).await? {
            self.write(count().set(COUNT, n(1))).await?;
        }
        Ok(())
    }

    /// Deletes all failures of a subject.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn forget_failures(&self, subject: &Subject) -> Result<(), StoreError> {
        self.write(Delete::of(key::throttle(subject))).await?;
        Ok(())
    }
}
