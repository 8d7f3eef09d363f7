//! Lists of items that are in one partition.

use domain::id::{EventId, UserId};
use serde::{Deserialize, de::DeserializeOwned};
use table::{Condition, Query, QueryPage, Table as _};

use crate::{Store, StoreError, attribute::Item, key};

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// Whether there may be more items after this page.
    pub more: bool,
}

/// The items of one partition whose sort keys begin with the same prefix.
pub(crate) struct Range {
    pk: String,
    prefix: &'static str,
    newest_first: bool,
}

impl Range {
    pub(crate) fn oldest_first(pk: String, prefix: &'static str) -> Self {
        Self {
            pk,
            prefix,
            newest_first: false,
        }
    }

    pub(crate) fn newest_first(pk: String, prefix: &'static str) -> Self {
        Self {
            pk,
            prefix,
            newest_first: true,
        }
    }
}

impl Store {
    /// Lists the ids of the events that a user organizes, in the order in which the events were created. The list begins after
    /// the event `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_owned_events(
        &self,
        user: UserId,
        limit: usize,
        after: Option<EventId>,
    ) -> Result<Page<EventId>, StoreError> {
        let range = Range::oldest_first(key::user_pk(user), key::OWNS);
        let after = after.map(|event| key::owns(user, event));
        self.list_event_ids(range, limit, after).await
    }

    /// Returns the ids of the events that a user organizes, the newest first, at most `limit` of them.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn newest_owned_events(
        &self,
        user: UserId,
        limit: usize,
    ) -> Result<Vec<EventId>, StoreError> {
        let range = Range::newest_first(key::user_pk(user), key::OWNS);
        Ok(self.list_event_ids(range, limit, None).await?.items)
    }

    /// Lists the ids of the events for which a user is door staff, in the order in which the events were created. The list
    /// begins after the event `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_staffed_events(
        &self,
        user: UserId,
        limit: usize,
        after: Option<EventId>,
    ) -> Result<Page<EventId>, StoreError> {
        let range = Range::oldest_first(key::user_pk(user), key::STAFF);
        let after = after.map(|event| key::staffs(event, user));
        self.list_event_ids(range, limit, after).await
    }

    /// Does the same as [`Store::list_staffed_events`], but the newest event is first.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn newest_staffed_events(
        &self,
        user: UserId,
        limit: usize,
        after: Option<EventId>,
    ) -> Result<Page<EventId>, StoreError> {
        let range = Range::newest_first(key::user_pk(user), key::STAFF);
        let after = after.map(|event| key::staffs(event, user));
        self.list_event_ids(range, limit, after).await
    }

    /// Lists the event ids that the items of `range` contain.
    async fn list_event_ids(
        &self,
        range: Range,
        limit: usize,
        after: Option<Item>,
    ) -> Result<Page<EventId>, StoreError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Named {
            event_id: EventId,
        }
        let page: Page<Named> = self.query_partition(range, None, limit, after).await?;
        Ok(Page {
            items: page.items.into_iter().map(|named| named.event_id).collect(),
            more: page.more,
        })
    }

    /// Reads one page of a query.
    pub(crate) async fn query_page(&self, query: Query) -> Result<QueryPage, StoreError> {
        Ok(self.table().query(query).await?)
    }

    /// Reads all items of a partition whose sort keys begin with `prefix`, in the order of their sort keys. The reads are
    /// strongly consistent. If `from` is given, reads only items whose sort key is `from` or greater.
    pub(crate) async fn query_all(
        &self,
        pk: String,
        prefix: String,
        from: Option<String>,
    ) -> Result<Vec<Item>, StoreError> {
        // This text is greater than every sort key that begins with `prefix`, because sort keys contain only smaller
        // characters.
        let last = format!("{prefix}\u{10ffff}");
        let query = Query::table(pk).between(from.unwrap_or(prefix), last);
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let page = self.query_page(query.clone().start(start)).await?;
            items.extend(page.items);
            start = page.last_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    /// Counts the items on all pages that a query returns.
    pub(crate) async fn count(&self, query: Query) -> Result<u32, StoreError> {
        let query = query.count_only();
        let mut count = 0;
        let mut start = None;
        loop {
            let page = self.query_page(query.clone().start(start)).await?;
            count += page.count;
            start = page.last_key;
            if start.is_none() {
                return Ok(count);
            }
        }
    }

    /// Reads a page of the items of `range` that match `filter`. The page begins after the key `after`.
    pub(crate) async fn query_partition<T: DeserializeOwned>(
        &self,
        range: Range,
        filter: Option<Condition>,
        limit: usize,
        after: Option<Item>,
    ) -> Result<Page<T>, StoreError> {
        let mut query = Query::table(range.pk)
            .begins_with(range.prefix)
            .limit(limit + 1);
        query.descending = range.newest_first;
        query.filter = filter;
        let mut items = Vec::new();
        let mut start = after;
        loop {
            let page = self.query_page(query.clone().start(start)).await?;
            for item in page.items {
                if items.len() == limit {
                    return Ok(Page { items, more: true });
                }
                items.push(serde_dynamo::from_item(item)?);
            }
            start = page.last_key;
            if start.is_none() {
                return Ok(Page { items, more: false });
            }
        }
    }
}
