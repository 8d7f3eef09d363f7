//! Reads of many items: by their keys, or of one partition in the order of the sort keys.

use crate::{condition::Condition, value::Item};

/// The keys that a query goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// The keys of the table. The read is consistent.
    Table,
    /// The keys of the index `gsi1`, in which a write is visible a moment later.
    Gsi1,
}

/// A range of sort keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortRange {
    /// All.
    All,
    /// The sort keys that begin with this prefix.
    BeginsWith(String),
    /// The sort keys from the first to the second, both included.
    Between(String, String),
}

/// Items of one partition.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The keys to go by.
    pub index: Index,
    /// The partition key.
    pub partition: String,
    /// The sort keys.
    pub sort: SortRange,
    /// The filter. Items that fail it are read, but not returned.
    pub filter: Option<Condition>,
    /// Whether the greatest sort key comes first.
    pub descending: bool,
    /// The most items that a page reads; `None`: the table decides.
    pub limit: Option<usize>,
    /// The key after which the page begins: [`QueryPage::last_key`] of the page before.
    pub start: Option<Item>,
    /// The attributes to return. If empty, all attributes are returned.
    pub projection: &'static [&'static str],
    /// Whether the items are only counted.
    pub count_only: bool,
}

/// A page of a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QueryPage {
    /// The items; none if they are only counted.
    pub items: Vec<Item>,
    /// Number of items that passed the filter.
    pub count: u32,
    /// The [`Query::start`] of the next page; `None`: this page is the last.
    pub last_key: Option<Item>,
}

/// Items of a batch of keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// The items that exist, in any order.
    pub items: Vec<Item>,
    /// The keys that were not read, and must be read again.
    pub unread: Vec<Item>,
}

impl Query {
    /// Queries a partition of the table.
    #[must_use]
    pub fn table(partition: impl Into<String>) -> Self {
        Self::of(Index::Table, partition.into())
    }

    /// Queries a partition of the index `gsi1`.
    #[must_use]
    pub fn gsi1(partition: impl Into<String>) -> Self {
        Self::of(Index::Gsi1, partition.into())
    }

    fn of(index: Index, partition: String) -> Self {
        Self {
            index,
            partition,
            sort: SortRange::All,
            filter: None,
            descending: false,
            limit: None,
            start: None,
            projection: &[],
            count_only: false,
        }
    }

    /// Limits the query to sort keys that begin with `prefix`.
    #[must_use]
    pub fn begins_with(mut self, prefix: impl Into<String>) -> Self {
        self.sort = SortRange::BeginsWith(prefix.into());
        self
    }

    /// Limits the query to sort keys from `first` to `last`, both included.
    #[must_use]
    pub fn between(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.sort = SortRange::Between(first.into(), last.into());
        self
    }

    /// Leaves out items that fail `filter`.
    #[must_use]
    pub fn filter(mut self, filter: Condition) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Begins with the greatest sort key.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// Reads no more than `limit` items a page.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Begins after `start`, if there is one.
    #[must_use]
    pub fn start(mut self, start: Option<Item>) -> Self {
        self.start = start;
        self
    }

    /// Returns only these attributes.
    #[must_use]
    pub fn projection(mut self, names: &'static [&'static str]) -> Self {
        self.projection = names;
        self
    }

    /// Counts the items, and returns none.
    #[must_use]
    pub fn count_only(mut self) -> Self {
        self.count_only = true;
        self
    }
}
