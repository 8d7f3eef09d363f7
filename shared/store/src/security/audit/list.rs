//! Lists of the audit log. A list has all entries, or only the entries of one object.

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

/// The properties that audit entries must have to be listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// The object to which the entries belong; `None` for all objects.
    pub object: Option<Object>,
    /// The earliest time at which a listed entry was made; `None` for no such limit.
    pub from: Option<Timestamp>,
    /// All listed entries were made before this time; `None` for no such limit. If `to` is before `from`, the list is empty.
    pub to: Option<Timestamp>,
    /// The action of the entries; `None` for all actions.
    pub action: Option<Action>,
    /// The user who acted; `None` for all users.
    pub actor: Option<UserId>,
}

/// The position in a list of audit entries at which a page ended. It consists of the key of the last entry on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPosition {
    pk: String,
    sk: String,
}

/// The maximum number of entries that one query reads if the filter omits some of the entries.
const LOOKED_AT_PER_QUERY: usize = 200;
/// The maximum number of queries for one page of a list. If the filter matches very few entries, a page may be short, but it
/// has a cursor for the next page.
const QUERIES_PER_PAGE: usize = 10;

impl Store {
    /// Lists entries, the newest first, after the position `after`. Also returns the position at which the next page begins. If
    /// the filter names an object, the reads are strongly consistent. The list of all objects' entries may be a second old.
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
        // The table refuses a range that ends before it begins. In this case the caller gets an empty list and not an error.
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

/// Returns the query for the audit entries that were made from `from` to `to` and match the filter, the newest first.
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
    /// Reads the position in a list from an entry, or from the key at which a query stopped.
    fn of(item: &Item) -> Result<Self, StoreError> {
        Ok(Self {
            pk: text(item, PK)?.to_owned(),
            sk: text(item, SK)?.to_owned(),
        })
    }

    /// Returns the key after which the query for the next page begins: a key of the index if `by_time` is true, and otherwise a
    /// key of the table.
    fn key(&self, by_time: bool) -> Item {
        key::audit_at(&self.pk, &self.sk, by_time)
    }
}
