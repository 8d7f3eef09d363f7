//! Events, their announcements, and the lists of events.

mod announcements;
mod hand_over;
pub(crate) mod pictures;
pub(crate) mod previews;
mod published;

use domain::{
    events::{Event, EventStatus, search::SearchText},
    id::EventId,
    security::audit::AuditEntry,
};
use table::{Delete, Put, attr};

use crate::{
    Store, StoreError,
    accounts::account_exists,
    attribute::{Item, REQUEST, n, s},
    key,
    security::audit::Sent,
    transaction::{cancelled_by_condition, transaction_error},
    versioned::{put_new, put_replacing},
};

pub use hand_over::HandOver;
pub use pictures::PictureCheck;
pub use published::{EventFilter, EventPosition};

pub(crate) const VERSION: &str = "version";
/// Name of the attribute with the text that a search looks through, see [`SearchText`].
pub(crate) const SEARCH: &str = "search";
/// The attributes from which an [`Event`] is read. Lists request only these attributes. An event's other attributes serve only
/// to find the event, and are together about as large as the attributes in this list.
pub(crate) const SHOWN: [&str; 22] = [
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
    "picture",
    "status",
    "cancelReason",
    "cancelledAt",
    "bucketCount",
    "version",
    "createdAt",
    "updatedAt",
];

/// The outcome of writing or deleting an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventWrite {
    /// The event was written or deleted.
    Written,
    /// Another process has written the event since it was read, or the event does not exist any more.
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

/// Returns the item that lists an event among the events of its organizer.
fn owned(event: &Event) -> Item {
    let mut owned = key::owns(event.organizer.id, event.id);
    owned.insert("eventId".to_owned(), s(event.id.to_string()));
    owned
}

/// Returns the item of an event. The item contains the id `request` of the request that writes it.
fn written_by(request: &str, event: &Event) -> Result<Item, StoreError> {
    let mut item = item(event)?;
    item.insert(REQUEST.to_owned(), s(request));
    Ok(item)
}

/// Returns the write that replaces the previous version of an event. The item stores the request id `request`.
pub(crate) fn put_event(event: &Event, request: &str) -> Result<Put, StoreError> {
    let item = written_by(request, event)?;
    Ok(put_replacing(item, VERSION, event.version - 1))
}

impl Store {
    /// Creates a draft and adds it to the list of its organizer's events. Does nothing if the organizer's account does not
    /// exist. Returns whether the draft was created.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn create_event(&self, event: &Event) -> Result<bool, StoreError> {
        let writes = vec![
            put_new(item(event)?).into(),
            put_new(owned(event)).into(),
            account_exists(event.organizer.id),
        ];
        match self.transact(writes).await {
            Ok(()) => Ok(true),
            Err(error) if cancelled_by_condition(&error, 2) => Ok(false),
            Err(error) => Err(transaction_error(error)),
        }
    }

    /// Reads an event, with a strongly consistent read.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn event(&self, id: EventId) -> Result<Option<Event>, StoreError> {
        self.get(key::event(id)).await
    }

    /// Returns the events that exist among the given ids, in any order.
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

    /// Replaces the previous version of an event by `event`. The same transaction writes the audit entry `entry`, if there is
    /// one. The item stores the request id `request`.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn update_event(
        &self,
        event: &Event,
        request: &str,
        entry: Option<&AuditEntry>,
    ) -> Result<EventWrite, StoreError> {
        let put = put_event(event, request)?;
        let written = match entry {
            Some(entry) => self.try_put_noting(put, entry).await?,
            // If the reply to the first try of this transaction was lost, the second try is refused although the first try has
            // written the event. So the stored event is compared with `event`.
            None => {
                self.try_write(put).await? || self.event(event.id).await?.as_ref() == Some(event)
            }
        };
        Ok(if written {
            EventWrite::Written
        } else {
            EventWrite::Stale
        })
    }

    /// Deletes the draft `event` if the stored draft still has the same version. The same transaction writes the audit entry
    /// `entry`, if there is one.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn delete_draft(
        &self,
        event: &Event,
        entry: Option<&AuditEntry>,
    ) -> Result<EventWrite, StoreError> {
        let delete = Delete::of(key::event(event.id)).when(attr(VERSION).equals(n(event.version)));
        let unlist = Delete::of(key::owns(event.organizer.id, event.id));
        let writes = vec![delete.into(), unlist.into()];
        Ok(match self.send_perhaps_noting(writes, entry).await? {
            Sent::Written => EventWrite::Written,
            Sent::Refused(_) => EventWrite::Stale,
        })
    }
}
