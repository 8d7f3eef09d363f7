//! The separate lists with the ids of counted records, for which a day's page of statistics has no room.

use domain::stats::{StatsOf, fact::FactId};

use super::page::{Page, bytes, ids, put_page};
use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, b, n},
    key,
    transaction::{cancelled_by_condition, transaction_error},
    versioned::put_new,
};

const IDS: &str = "ids";

/// The time for which a list of ids is kept after its newest record was written, in seconds. It is twice the time for which a
/// stream keeps records ("Change data capture for `DynamoDB` Streams", developer guide).
const KEPT_SECONDS: i64 = 2 * 24 * 3600;

impl Store {
    /// Reads the lists of one day, and returns the ids of all records that were written at the time `oldest` (in seconds since
    /// 1970) or later. The result may contain ids of some earlier records too.
    pub(super) async fn counted_since(
        &self,
        of: StatsOf,
        day: &str,
        oldest: i64,
    ) -> Result<Vec<FactId>, StoreError> {
        let from = key::counted(day, oldest, 0);
        let lists = self
            .query_all(key::stats_pk(of), key::counted_prefix(day), Some(from))
            .await?;
        let mut known = Vec::new();
        for list in &lists {
            known.extend(ids(list, IDS)?);
        }
        Ok(known)
    }

    /// Moves the ids that a day's page of statistics stores to a new list, and writes both the page and the list. Returns
    /// `false` if another process has written the page since it was read.
    pub(super) async fn put_page_and_list(
        &self,
        of: StatsOf,
        day: &str,
        mut page: Page,
        over: Option<u64>,
    ) -> Result<bool, StoreError> {
        let mut list = key::counted_list(of, key::counted(day, page.newest, page.rev));
        list.insert(IDS.to_owned(), b(bytes(&std::mem::take(&mut page.recent))));
        list.insert(EXPIRES_AT.to_owned(), n(page.newest + KEPT_SECONDS));
        page.listed_until = page.newest;
        let writes = vec![put_page(of, day, &page, over).into(), put_new(list).into()];
        match self.transact(writes).await {
            Ok(()) => Ok(true),
            Err(error) if cancelled_by_condition(&error, 0) => Ok(false),
            Err(error) => match transaction_error(error) {
                // Another process was writing the day's page of statistics at the same moment.
                StoreError::Contended(_) => Ok(false),
                error => Err(error),
            },
        }
    }
}
