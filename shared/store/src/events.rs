//! Events, and the lists of them.

mod hand_over;

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::{
    audit::AuditEntry,
    event::{Event, EventStatus},
    id::EventId,
    search::SearchText,
};

use crate::{
    Store, StoreError,
    accounts::{cancelled_by_condition, transaction_error},
    attribute::{Item, REQUEST, n, s},
    audit::Sent,
    key,
};

pub use hand_over::HandOver;

pub(crate) const VERSION: &str = "version";
/// Text in which lists search, see [`SearchText`].
pub(crate) const SEARCH: &str = "search";
/// The attributes that an [`Event`] is read from. What lists search, and where they find it, is as long again.
pub(crate) const SHOWN: [&str; 21] = [
    "id",
    "organizer",
    "title",
    "description",
    "venue",
    "startsAt",
    "endsAt",
    "timezone",
    "registrationOpensAt",
    "registrationClosesAt",
    "doorsOpenAt",
    "capacity",
    "category",
    "tags",
    "status",
    "cancelReason",
    "cancelledAt",
    "bucketCount",
    "version",
    "createdAt",
    "updatedAt",
];

/// What became of a write of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventWrite {
    /// It stands as written.
    Written,
    /// The event was written by another since it was read, or does not exist any more.
    Stale,
}

pub(crate) fn item(event: &Event) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(event)?;
    item.extend(key::event(event.id));
    if event.status == EventStatus::Published {
        let searched = SearchText::of(&event.details);
        item.insert(SEARCH.to_owned(), s(searched.as_str()));
        item.extend(key::listed_event(
            event.details.schedule.starts_at,
            event.id,
        ));
    }
    Ok(item)
}

/// The item that lists an event with its organizer.
fn owned(event: &Event) -> Item {
    let mut owned = key::owns(event.organizer.id, event.id);
    owned.insert("eventId".to_owned(), s(event.id.to_string()));
    owned
}

/// An event's item that names the request that writes it.
fn written_by(request: &str, event: &Event) -> Result<Item, StoreError> {
    let mut item = item(event)?;
    item.insert(REQUEST.to_owned(), s(request));
    Ok(item)
}

impl Store {
    /// Makes a draft, listed with its organizer, unless the organizer's account is erased. Whether it did.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn create_event(&self, event: &Event) -> Result<bool, StoreError> {
        let owned = owned(event);
        let made = self
            .client
            .transact_write_items()
            .transact_items(
                TransactWriteItem::builder()
                    .put(self.put_new(item(event)?)?)
                    .build(),
            )
            .transact_items(
                TransactWriteItem::builder()
                    .put(self.put_new(owned)?)
                    .build(),
            )
            .transact_items(self.account_exists(event.organizer.id)?)
            .send()
            .await;
        match made {
            Ok(_) => Ok(true),
            Err(error) if cancelled_by_condition(error.as_service_error(), 2) => Ok(false),
            Err(error) => Err(transaction_error(error)),
        }
    }

    /// An event, read consistently.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn event(&self, id: EventId) -> Result<Option<Event>, StoreError> {
        self.get(key::event(id)).await
    }

    /// Those of the events that exist, in any order.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn events(&self, ids: &[EventId]) -> Result<Vec<Event>, StoreError> {
        let items = self
            .get_all(ids.iter().map(|id| key::event(*id)).collect(), true)
            .await?;
        items
            .into_iter()
            .map(|item| Ok(serde_dynamo::from_item(item)?))
            .collect()
    }

    /// Writes `event` over the version before it, with `entry`, if one is due, in the same transaction. `request` is noted in
    /// what it writes.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn update_event(
        &self,
        event: &Event,
        request: &str,
        entry: Option<&AuditEntry>,
    ) -> Result<EventWrite, StoreError> {
        let put = self.put_event(event, request)?;
        let written = match entry {
            Some(entry) => self.try_put_noting(put, entry).await?,
            // Refused, perhaps after this very write, whose first answer was lost.
            None => self.try_put(put).await? || self.event(event.id).await?.as_ref() == Some(event),
        };
        Ok(if written {
            EventWrite::Written
        } else {
            EventWrite::Stale
        })
    }

    /// An event over the version before it, as an item of a transaction.
    pub(crate) fn put_event(&self, event: &Event, request: &str) -> Result<Put, StoreError> {
        self.put_replacing(written_by(request, event)?, VERSION, event.version - 1)
    }

    /// Deletes a draft of the given version, with `entry`, if one is due, in the same transaction.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn delete_draft(
        &self,
        event: &Event,
        entry: Option<&AuditEntry>,
    ) -> Result<EventWrite, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::event(event.id)))
            .condition_expression("#version = :version")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":version", n(event.version))
            .build()?;
        let unlist = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::owns(event.organizer.id, event.id)))
            .build()?;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().delete(delete).build())
            .transact_items(TransactWriteItem::builder().delete(unlist).build());
        Ok(match self.send_perhaps_noting(writes, entry).await? {
            Sent::Written => EventWrite::Written,
            Sent::Refused(_) => EventWrite::Stale,
        })
    }
}
