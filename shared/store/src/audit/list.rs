//! Lists of the audit log: of everything, or of one object.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use domain::{
    audit::{Action, AuditEntry, Object},
    id::UserId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Page, Store, StoreError,
    attribute::{GSI1, GSI1PK, GSI1SK, Item, PK, SK, s, text},
    key,
};

/// Which entries to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Of this object.
    pub object: Option<Object>,
    /// Of this time or later.
    pub from: Option<Timestamp>,
    /// Before this time; a range that ends before it begins is empty.
    pub to: Option<Timestamp>,
    /// Of this action.
    pub action: Option<Action>,
    /// By this user.
    pub actor: Option<UserId>,
}

/// Where a list of entries goes on: before this entry, which is named by its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPosition {
    pk: String,
    sk: String,
}

/// Entries that one `Query` looks at, and how many queries a page may take: a page of a very selective filter may come
/// back short, with a cursor to go on.
const LOOKED_AT_PER_QUERY: i32 = 200;
const QUERIES_PER_PAGE: usize = 10;

impl Store {
    /// Entries, the newest first, after the one at `after`, and where the list goes on. Those of one object are read
    /// consistently; the list of everything may lag by a second.
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
        // A range that ends before it begins is an error to the table; to the caller it is empty.
        if from >= to {
            return Ok((Page { items, more: false }, None));
        }
        let filtered = filter.action.is_some() || filter.actor.is_some();
        let looked_at = if filtered {
            LOOKED_AT_PER_QUERY
        } else {
            i32::try_from(limit + 1).unwrap_or(LOOKED_AT_PER_QUERY)
        };
        let query = self.audit_query(filter, from, to).limit(looked_at);
        let by_time = filter.object.is_none();
        let mut last = after;
        for _ in 0..QUERIES_PER_PAGE {
            let start = last.as_ref().map(|position| position.key(by_time));
            let found = query.clone().set_exclusive_start_key(start).send().await?;
            for item in found.items.unwrap_or_default() {
                if items.len() == limit {
                    return Ok((Page { items, more: true }, last));
                }
                last = Some(AuditPosition::of(&item)?);
                items.push(serde_dynamo::from_item(item)?);
            }
            let Some(stopped) = found.last_evaluated_key else {
                return Ok((Page { items, more: false }, None));
            };
            last = Some(AuditPosition::of(&stopped)?);
        }
        Ok((Page { items, more: true }, last))
    }

    fn audit_query(
        &self,
        filter: &AuditFilter,
        from: Timestamp,
        to: Timestamp,
    ) -> QueryFluentBuilder {
        let query = self.client.query().table_name(&self.table);
        let (query, pk, sk, partition) = match &filter.object {
            Some(object) => (query.consistent_read(true), PK, SK, key::audited_pk(object)),
            None => (
                query.index_name(GSI1),
                GSI1PK,
                GSI1SK,
                key::AUDIT.to_owned(),
            ),
        };
        let mut query = query
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", pk)
            .expression_attribute_names("#sk", sk)
            .expression_attribute_values(":pk", s(partition))
            .expression_attribute_values(":from", s(key::listed_time(from)))
            .expression_attribute_values(":to", s(key::listed_time(to)))
            .scan_index_forward(false);
        let mut conditions = Vec::new();
        if let Some(action) = filter.action {
            conditions.push("#action = :action");
            query = query
                .expression_attribute_names("#action", "action")
                .expression_attribute_values(":action", s(action.as_str()));
        }
        if let Some(actor) = filter.actor {
            conditions.push("#actor.#id = :actor");
            query = query
                .expression_attribute_names("#actor", "actor")
                .expression_attribute_names("#id", "id")
                .expression_attribute_values(":actor", s(actor.to_string()));
        }
        let conditions = (!conditions.is_empty()).then(|| conditions.join(" AND "));
        query.set_filter_expression(conditions)
    }
}

impl AuditPosition {
    /// The position of an entry, or of a key at which a query stopped.
    fn of(item: &Item) -> Result<Self, StoreError> {
        Ok(Self {
            pk: text(item, PK)?.to_owned(),
            sk: text(item, SK)?.to_owned(),
        })
    }

    /// The key after which a query goes on, of the table or of the index.
    fn key(&self, by_time: bool) -> Item {
        key::audit_at(&self.pk, &self.sk, by_time)
    }
}
