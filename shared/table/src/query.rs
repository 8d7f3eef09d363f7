//! Reads of many items. A batch reads items by their keys. A query reads items of one partition in the order of their sort
//! keys.

use crate::{condition::Condition, value::Item};

/// Whether a query uses the keys of the table or those of its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// The keys of the table. A query that uses them is strongly consistent.
    Table,
    /// The keys of the index `gsi1`. A write appears in the index a moment later than in the table.
    Gsi1,
}

/// A range of sort keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortRange {
    /// All sort keys.
    All,
    /// The sort keys that begin with this prefix.
    BeginsWith(String),
    /// The sort keys from the first text to the second text. Both texts are included.
    Between(String, String),
}

/// A query for items of one partition.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The keys that the query uses: those of the table or those of the index.
    pub index: Index,
    /// The partition key of the items.
    pub partition: String,
    /// The range of the sort keys of the items.
    pub sort: SortRange,
    /// The condition on returned items. Items for which this condition is false are read, but not returned.
    pub filter: Option<Condition>,
    /// Whether the items are sorted from the greatest sort key to the smallest.
    pub descending: bool,
    /// The maximum number of items that are read for a page; `None` if the table chooses the number.
    pub limit: Option<usize>,
    /// The key after which the page begins. It is the [`QueryPage::last_key`] of the previous page; `None` for the first page.
    pub start: Option<Item>,
    /// The names of the attributes to return. If there are no names, all attributes are returned.
    pub projection: &'static [&'static str],
    /// Whether the query only counts the items and does not return them.
    pub count_only: bool,
}

/// A page of a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QueryPage {
    /// The items of the page. Empty if the query only counts the items.
    pub items: Vec<Item>,
    /// The number of items of the page for which the filter is true.
    pub count: u32,
    /// The [`Query::start`] of the next page; `None` if this is the last page.
    pub last_key: Option<Item>,
}

/// The result of a read of several keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// The items that exist, in any order.
    pub items: Vec<Item>,
    /// The keys that the table did not read. The caller must request them in another call.
    pub unread: Vec<Item>,
}

impl Query {
    /// Returns a query of a partition of the table.
    #[must_use]
    pub fn table(partition: impl Into<String>) -> Self {
        Self::of(Index::Table, partition.into())
    }

    /// Returns a query of a partition of the index `gsi1`.
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

    /// Limits the query to items whose sort key begins with `prefix`.
    #[must_use]
    pub fn begins_with(mut self, prefix: impl Into<String>) -> Self {
        self.sort = SortRange::BeginsWith(prefix.into());
        self
    }

    /// Limits the query to items whose sort key is between `first` and `last`. Both keys are included.
    #[must_use]
    pub fn between(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.sort = SortRange::Between(first.into(), last.into());
        self
    }

    /// Limits the returned items to those for which `filter` is true.
    #[must_use]
    pub fn filter(mut self, filter: Condition) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Sorts the items from the greatest sort key to the smallest.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// Limits the items that are read for a page to `limit`.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Makes the page begin after the key `start`; `None` for the first page.
    #[must_use]
    pub fn start(mut self, start: Option<Item>) -> Self {
        self.start = start;
        self
    }

    /// Limits the returned attributes to those in `names`.
    #[must_use]
    pub fn projection(mut self, names: &'static [&'static str]) -> Self {
        self.projection = names;
        self
    }

    /// Makes the query count the items without returning them.
    #[must_use]
    pub fn count_only(mut self) -> Self {
        self.count_only = true;
        self
    }
}
