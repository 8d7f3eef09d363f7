//! Lists of the audit log: all entries, or those of one object.

use domain::{
    id::UserId,
    security::audit::{Action, AuditEntry, Object},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::{Condition, Query, attr};

use crate::{
    Page, Store, StoreError,
    attribute::{Item, PK, SK, s, text},
    key,
};

/// The filter for a list of audit entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// The object of the entries.
    pub object: Option<Object>,
    /// The earliest time.
    pub from: Option<Timestamp>,
    /// The time before which the entries were made. A range that ends before it begins is empty.
    pub to: Option<Timestamp>,
    /// The action of the entries.
    pub action: Option<Action>,
    /// The user who acted.
    pub actor: Option<UserId>,
}

/// The position of a list of entries: the key of the last entry of the page before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPosition {
    pk: String,
    sk: String,
}

/// Number of entries that one query of a filtered list reads.
const LOOKED_AT_PER_QUERY: usize = 200;
/// Most queries of a page. With a very selective filter a page may be short, with a cursor to go on.
const QUERIES_PER_PAGE: usize = 10;

impl Store {
    /// Lists entries, the newest first, after the one at `after`. Also returns the start of the next page. Entries of one
    /// object are read consistently; the list of all entries may lag by a second.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_audit(
        &self,
        filter: &AuditFilter,
        limit: usize,
        after: Option<AuditPosition>,
    ) -> Result<(Page<AuditEntry>, Option<AuditPosition>), StoreError> {
        let from = filter.from.unwrap_or(Timestamp::UNIX_EPOCH);
        let to = filter.to.unwrap_or(Timestamp::MAX);
        let mut items: Vec<AuditEntry> = Vec::new();
        // The table refuses a range that ends before it begins; for the caller it is empty.
        if from >= to {
            return Ok((Page { items, more: false }, None));
        }
        let filtered = filter.action.is_some() || filter.actor.is_some();
        let looked_at = if filtered {
            LOOKED_AT_PER_QUERY
        } else {
            limit + 1
        };
        let query = audit_query(filter, from, to).limit(looked_at);
        let by_time = filter.object.is_none();
        let mut last = after;
        for _ in 0..QUERIES_PER_PAGE {
            let start = last.as_ref().map(|position| position.key(by_time));
            let found = self.query_page(query.clone().start(start)).await?;
            for item in found.items {
                if items.len() == limit {
                    return Ok((Page { items, more: true }, last));
                }
                last = Some(AuditPosition::of(&item)?);
                items.push(serde_dynamo::from_item(item)?);
            }
            let Some(stopped) = found.last_key else {
                return Ok((Page { items, more: false }, None));
            };
            last = Some(AuditPosition::of(&stopped)?);
        }
        Ok((Page { items, more: true }, last))
    }
}

/// Returns the query for the entries from `from` to `to` that pass the filter, the newest first.
fn audit_query(filter: &AuditFilter, from: Timestamp, to: Timestamp) -> Query {
    let query = match &filter.object {
        Some(object) => Query::table(key::audited_pk(object)),
        None => Query::gsi1(key::AUDIT),
    };
    let mut query = query
        .between(key::listed_time(from), key::listed_time(to))
        .descending();
    let action = filter
        .action
        .map(|action| attr("action").equals(s(action.as_str())));
    let actor = filter
        .actor
        .map(|actor| attr("actor").field("id").equals(s(actor.to_string())));
    query.filter = action.into_iter().chain(actor).reduce(Condition::and);
    query
}

impl AuditPosition {
    /// Returns the position of an entry, or of a key at which a query stopped.
    fn of(item: &Item) -> Result<Self, StoreError> {
        Ok(Self {
            pk: text(item, PK)?.to_owned(),
            sk: text(item, SK)?.to_owned(),
        })
    }

    /// Returns the key after which a query of the table goes on, or one of the index if `by_time`.
    fn key(&self, by_time: bool) -> Item {
        key::audit_at(&self.pk, &self.sk, by_time)
    }
}
