//! Statistics. For each day with records, one item contains the counters. This item is called a page.
//!
//! The stream may deliver a record more than once, because a failed batch is delivered a second time, as a whole or in parts.
//! So a page stores the ids of the records that it has counted. If a page has too many ids, the ids are moved to a separate
//! list. The list is kept for longer than the stream keeps its records.

mod counted;
mod page;

use std::collections::{BTreeMap, HashSet};

use domain::{
    security::audit::AuditEntry,
    stats::{
        StatsOf,
        fact::{Fact, FactId},
        tally::Tally,
    },
};
use jiff::{Timestamp, tz::TimeZone};

use self::page::{MAX_RECENT, put_page};
use crate::{
    Store, StoreError,
    attribute::{SK, text},
    batch::back_off,
    key,
};

/// The maximum number of tries to write a day's page of statistics, which other processes also write.
const MAX_TRIES: u32 = 12;

/// Returns the day of a time in UTC, such as `2027-05-01`.
#[must_use]
pub fn day_of(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// Statistics, with the revisions of the items from which they were read. Each of these items has the statistics of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// The counters and their values.
    pub tally: Tally,
    /// The revision of each item from which the statistics were read, under the item's sort key. A revision counts the writes
    /// of an item.
    revs: BTreeMap<String, u64>,
}

impl Store {
    /// Adds facts to statistics. Each fact is counted once, even if callers add it several times. Returns how many of the facts
    /// were not counted before.
    ///
    /// Costs one read unit and one write unit for each day to which some of the facts belong. If the item of a day's statistics
    /// has too many ids, the call also writes a list of ids in the same transaction as this item.
    ///
    /// # Errors
    /// The table could not be read or written, or every try failed because other processes were writing the same page.
    pub async fn count_facts(&self, of: StatsOf, facts: &[Fact]) -> Result<usize, StoreError> {
        let mut days: BTreeMap<String, Vec<&Fact>> = BTreeMap::new();
        for fact in facts {
            days.entry(day_of(fact.at)).or_default().push(fact);
        }
        let mut new = 0;
        for (day, facts) in days {
            new += self.count_on(of, &day, &facts).await?;
        }
        Ok(new)
    }

    async fn count_on(&self, of: StatsOf, day: &str, facts: &[&Fact]) -> Result<usize, StoreError> {
        for attempt in 1..=MAX_TRIES {
            let standing = self.page(of, day).await?;
            let over = standing.as_ref().map(|page| page.rev);
            let mut page = standing.unwrap_or_default();
            let mut known: HashSet<FactId> = page.recent.iter().copied().collect();
            let oldest = facts.iter().map(|fact| fact.at.as_second()).min();
            if let Some(oldest) = oldest.filter(|oldest| page.listed_until >= *oldest) {
                known.extend(self.counted_since(of, day, oldest).await?);
            }
            let mut new = 0;
            for fact in facts {
                if known.insert(fact.id) {
                    page.add(fact);
                    new += 1;
                }
            }
            if new == 0 {
                return Ok(0);
            }
            page.rev = over.map_or(0, |rev| rev + 1);
            let written = if page.recent.len() > MAX_RECENT {
                self.put_page_and_list(of, day, page, over).await?
            } else {
                self.try_write(put_page(of, day, &page, over)).await?
            };
            if written {
                return Ok(new);
            }
            back_off(attempt).await;
        }
        Err(StoreError::Contended("statistics"))
    }

    /// Returns the statistics of all days together, by a strongly consistent read. Costs about one read unit for every four
    /// days with records.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn counted(&self, of: StatsOf) -> Result<Counted, StoreError> {
        let mut counted = Counted::default();
        for item in self
            .query_all(key::stats_pk(of), key::DAY.to_owned(), None)
            .await?
        {
            let page = page::read(&item)?;
            counted.tally.add_all(&page.tally);
            counted.revs.insert(text(&item, SK)?.to_owned(), page.rev);
        }
        Ok(counted)
    }

    /// Returns the statistics of one day's records.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn counted_of_day(&self, of: StatsOf, day: &str) -> Result<Tally, StoreError> {
        let page = self.page(of, day).await?;
        Ok(page.map(|page| page.tally).unwrap_or_default())
    }

    /// Adds `correction` to the statistics, if they have not changed since the caller read `counted`. The same transaction
    /// writes the audit entry `entry`. Returns `false` if the statistics have changed since then; `true` if the correction was
    /// written or is zero.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn correct(
        &self,
        of: StatsOf,
        counted: &Counted,
        correction: &Tally,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        if self.counted(of).await?.revs != counted.revs {
            return Ok(false);
        }
        if correction.is_zero() {
            return Ok(true);
        }
        let standing = self.page(of, key::CORRECTIONS).await?;
        let over = standing.as_ref().map(|page| page.rev);
        let mut page = standing.unwrap_or_default();
        page.tally.add_all(correction);
        page.rev = over.map_or(0, |rev| rev + 1);
        let put = put_page(of, key::CORRECTIONS, &page, over);
        self.try_put_noting(put, entry).await
    }
}
