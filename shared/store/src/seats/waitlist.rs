//! Waitlists. Each place has its own item. The keys of the items sort in the order in which people joined the waitlist.

use domain::{
    id::{EventId, GuestId},
    seats::{
        waitlist::{Entry, EntryId},
        writes::PlaceWrite,
    },
};
use table::{Delete, Put, Query, Write, attr};

use crate::{
    Page, Store, StoreError,
    attribute::{Item, PK, REQUEST, SK, Value, b, s, text},
    key,
};

const GUEST: &str = "guest";

fn entry(item: &Item) -> Result<Entry, StoreError> {
    let id = text(item, SK)?
        .strip_prefix(key::WAIT)
        .and_then(|id| id.parse().ok())
        .ok_or(StoreError::corrupt("a waitlist's key"))?;
    let guest = match item.get(GUEST) {
        Some(Value::B(guest)) => <[u8; GuestId::LEN]>::try_from(guest.as_slice())
            .map(GuestId::from)
            .map_err(|_| StoreError::corrupt("a waiting guest"))?,
        _ => return Err(StoreError::corrupt("a waiting guest")),
    };
    Ok(Entry { id, guest })
}

/// Reads a place on a waitlist from its item, and also the event of the waitlist. Returns `None` if the item is not a place.
///
/// # Errors
/// The item has the key of a place, but its content could not be read.
pub fn waitlist_place(item: &Item) -> Result<Option<(EventId, Entry)>, StoreError> {
    if text(item, SK)?.starts_with(key::WAIT) {
        Ok(Some((key::event_of(item)?, entry(item)?)))
    } else {
        Ok(None)
    }
}

/// Returns the item of a place on a waitlist.
fn item(event: EventId, place: Entry) -> Item {
    let mut item = key::entry(event, place.id);
    item.insert(GUEST.to_owned(), b(*place.guest.as_bytes()));
    item
}

/// Converts a write of `domain` to a place on a waitlist into a write of the table. A new place stores the request id
/// `request`.
pub(crate) fn place_write(event: EventId, write: &PlaceWrite, request: &str) -> Write {
    match *write {
        PlaceWrite::Make(place) => {
            let mut item = item(event, place);
            item.insert(REQUEST.to_owned(), s(request));
            Put::of(item).into()
        }
        PlaceWrite::Delete(place) => delete(event, place).into(),
        PlaceWrite::DeleteStanding(place) => delete(event, place).when(attr(PK).exists()).into(),
    }
}

fn delete(event: EventId, place: EntryId) -> Delete {
    Delete::of(key::entry(event, place))
}

/// Returns a query for the places on a waitlist, in their order. The query ends at the sort key `last`, which is included.
fn waitlist_query(event: EventId, last: impl Into<String>) -> Query {
    Query::table(key::event_pk(event)).between(key::WAIT, last)
}

impl Store {
    /// Returns the head of a waitlist, by a strongly consistent read; `None` if the waitlist is empty.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn waitlist_head(&self, event: EventId) -> Result<Option<Entry>, StoreError> {
        Ok(self.list_waitlist(event, 1, None).await?.items.pop())
    }

    /// Lists places on a waitlist in their order. The list begins after the place `after`.
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
            let query = waitlist_query(event, key::WAIT_END)
                .limit(wanted)
                .start(start);
            let page = self.query_page(query).await?;
            for item in page.items {
                entries.push(entry(&item)?);
            }
            start = page.last_key;
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

    /// Returns the position of the place `entry` on the waitlist. The head of the waitlist has the position 1. The reads are
    /// strongly consistent. Costs about one read unit for every 40 places.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn waitlist_position(
        &self,
        event: EventId,
        entry: EntryId,
    ) -> Result<u32, StoreError> {
        let ahead = self.count(waitlist_query(event, key::wait(entry))).await?;
        // The count includes the place itself. It is zero only if the place was at the head of the waitlist and has just been
        // given up.
        Ok(ahead.max(1))
    }

    /// Counts the places on a waitlist, with strongly consistent reads. Costs about one read unit for every 40 places.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn count_waitlist(&self, event: EventId) -> Result<u32, StoreError> {
        self.count(waitlist_query(event, key::WAIT_END)).await
    }

    /// Deletes the place of a guest who does not wait any more. Succeeds also if the place was deleted before.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn strike_entry(&self, event: EventId, entry: EntryId) -> Result<(), StoreError> {
        self.write(delete(event, entry)).await?;
        Ok(())
    }
}
