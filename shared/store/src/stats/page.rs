//! Pages of statistics. A page is the item with the statistics of one day.

use std::collections::HashMap;

use domain::stats::{
    StatsOf,
    counter::Counter,
    fact::{Fact, FactId},
    tally::Tally,
};
use table::Put;

use crate::{
    Store, StoreError,
    attribute::{Item, REV, Value, b, n, number},
    key,
    versioned::put_over,
};

const COUNTS: &str = "counts";
const RECENT: &str = "recent";
const NEWEST: &str = "newest";
const LISTED_UNTIL: &str = "listedUntil";

/// The maximum number of record ids in a day's page of statistics. With this number of ids and some counters, a page is smaller
/// than a kilobyte, so a write of it costs one unit.
pub(super) const MAX_RECENT: usize = 32;

/// The maximum number of gates that have their own counters on a day's page of statistics. If there are more gates, admissions
/// at the further ones are counted only in the total of all admissions.
const MAX_GATES: usize = 100;

/// The stored statistics of one day.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    pub(super) tally: Tally,
    /// The ids of the records that were counted last.
    pub(super) recent: Vec<FactId>,
    /// The time at which the newest counted record was written, in seconds since 1970.
    pub(super) newest: i64,
    /// The time at which the newest record whose id is in a separate list was written, in seconds since 1970; 0 if there is no
    /// such list.
    pub(super) listed_until: i64,
    /// The number of times that the page was written: its revision.
    pub(super) rev: u64,
}

impl Page {
    /// Adds a record to the counters.
    pub(super) fn add(&mut self, fact: &Fact) {
        let mut tally = fact.tally.clone();
        let is_gate = |counter: &Counter| matches!(counter, Counter::AdmittedAt(_));
        if self
            .tally
            .iter()
            .filter(|(counter, _)| is_gate(counter))
            .count()
            >= MAX_GATES
        {
            let known = &self.tally;
            tally.retain(|counter| {
                !is_gate(counter) || known.iter().any(|(standing, _)| standing == counter)
            });
        }
        self.tally.add_all(&tally);
        self.recent.push(fact.id);
        self.newest = self.newest.max(fact.at.as_second());
    }

    fn item(&self, of: StatsOf, day: &str) -> Item {
        let mut item = key::stats_day(of, day);
        let counts: HashMap<String, Value> = self
            .tally
            .iter()
            .map(|(counter, number)| (counter.to_string(), n(number)))
            .collect();
        item.insert(COUNTS.to_owned(), Value::M(counts));
        item.insert(RECENT.to_owned(), b(bytes(&self.recent)));
        item.insert(NEWEST.to_owned(), n(self.newest));
        item.insert(LISTED_UNTIL.to_owned(), n(self.listed_until));
        item.insert(REV.to_owned(), n(self.rev));
        item
    }
}

/// Returns the concatenated bytes of the ids.
pub(super) fn bytes(ids: &[FactId]) -> Vec<u8> {
    ids.iter().flat_map(|id| *id.as_bytes()).collect()
}

/// Reads ids from the attribute `name`.
pub(super) fn ids(item: &Item, name: &str) -> Result<Vec<FactId>, StoreError> {
    match item.get(name) {
        Some(Value::B(bytes)) if bytes.len().is_multiple_of(FactId::LEN) => {
            let (ids, _) = bytes.as_chunks();
            Ok(ids.iter().copied().map(FactId::from).collect())
        }
        _ => Err(StoreError::corrupt("ids of records")),
    }
}

/// Reads a day's page of statistics from its item.
pub(super) fn read(item: &Item) -> Result<Page, StoreError> {
    let Some(Value::M(counts)) = item.get(COUNTS) else {
        return Err(StoreError::corrupt("statistics"));
    };
    let mut tally = Tally::default();
    for name in counts.keys() {
        let counter = name.parse().map_err(|_| StoreError::corrupt("a counter"))?;
        tally.add(counter, number(counts, name)?);
    }
    Ok(Page {
        tally,
        recent: ids(item, RECENT)?,
        newest: number(item, NEWEST)?,
        listed_until: number(item, LISTED_UNTIL)?,
        rev: number(item, REV)?,
    })
}

impl Store {
    /// Returns the page with the statistics of a day, by a strongly consistent read.
    pub(super) async fn page(&self, of: StatsOf, day: &str) -> Result<Option<Page>, StoreError> {
        let found = self.get_item(key::stats_day(of, day)).await?;
        found.as_ref().map(read).transpose()
    }
}

/// Returns the write that creates or replaces a day's page of statistics. `over` is the revision of the stored page; `None` if
/// the page must not exist yet.
pub(super) fn put_page(of: StatsOf, day: &str, page: &Page, over: Option<u64>) -> Put {
    put_over(page.item(of, day), over)
}
