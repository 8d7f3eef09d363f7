//! Waitlists: one item a place, in the order of joining.

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, Select},
};
use domain::{
    guest_list::waitlist::{Entry, EntryId},
    id::{EventId, GuestId},
};

use crate::{
    Page, Store, StoreError,
    attribute::{Item, PK, SK, s, text},
    key,
};

pub(crate) const GUEST: &str = "guest";

fn entry(item: &Item) -> Result<Entry, StoreError> {
    let id = text(item, SK)?
        .strip_prefix(key::WAIT)
        .and_then(|id| id.parse().ok())
        .ok_or(StoreError::corrupt("a waitlist's key"))?;
    let guest = match item.get(GUEST) {
        Some(AttributeValue::B(guest)) => <[u8; GuestId::LEN]>::try_from(guest.as_ref())
            .map(GuestId::from)
            .map_err(|_| StoreError::corrupt("a waiting guest"))?,
        _ => return Err(StoreError::corrupt("a waiting guest")),
    };
    Ok(Entry { id, guest })
}

impl Store {
    /// The head of a waitlist, read consistently; `None` if nobody waits.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn waitlist_head(&self, event: EventId) -> Result<Option<Entry>, StoreError> {
        Ok(self.list_waitlist(event, 1, None).await?.items.pop())
    }

    /// Places of a waitlist in their order, after the place `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_waitlist(
        &self,
        event: EventId,
        limit: usize,
        after: Option<EntryId>,
    ) -> Result<Page<Entry>, StoreError> {
        let mut entries = Vec::new();
        let mut start = after.map(|after| key::entry(event, after));
        loop {
            let wanted = limit + 1 - entries.len();
            let found = self
                .waitlist_query(event, key::WAIT_END)
                .limit(i32::try_from(wanted).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await?;
            for item in found.items.unwrap_or_default() {
                entries.push(entry(&item)?);
            }
            start = found.last_evaluated_key;
            if entries.len() > limit || start.is_none() {
                let more = entries.len() > limit;
                entries.truncate(limit);
                return Ok(Page {
                    items: entries,
                    more,
                });
            }
        }
    }

    /// The place in line of `entry`, from 1: how many stand there, up to and with it. Read consistently, at the cost
    /// of a read unit for about 40 places.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn waitlist_position(
        &self,
        event: EventId,
        entry: EntryId,
    ) -> Result<u32, StoreError> {
        let ahead = self
            .count(self.waitlist_query(event, &key::wait(entry)))
            .await?;
        // If the place was given up a moment ago, nobody stood there.
        Ok(ahead.max(1))
    }

    /// How many wait, read consistently, at the cost of a read unit for about 40 places.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn count_waitlist(&self, event: EventId) -> Result<u32, StoreError> {
        self.count(self.waitlist_query(event, key::WAIT_END)).await
    }

    /// Deletes the place of somebody who does not wait any more; it may be gone already.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn strike_entry(&self, event: EventId, entry: EntryId) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key::entry(event, entry)))
            .send()
            .await?;
        Ok(())
    }

    /// All places up to the sort key `last`, in their order.
    fn waitlist_query(&self, event: EventId, last: &str) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :first AND :last")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", s(key::event_pk(event)))
            .expression_attribute_values(":first", s(key::WAIT))
            .expression_attribute_values(":last", s(last))
            .consistent_read(true)
    }

    /// How many items a query finds.
    pub(crate) async fn count(&self, query: QueryFluentBuilder) -> Result<u32, StoreError> {
        let query = query.select(Select::Count);
        let mut count = 0;
        let mut start = None;
        loop {
            let found = query.clone().set_exclusive_start_key(start).send().await?;
            count += u32::try_from(found.count).unwrap_or(0);
            start = found.last_evaluated_key;
            if start.is_none() {
                return Ok(count);
            }
        }
    }
}
