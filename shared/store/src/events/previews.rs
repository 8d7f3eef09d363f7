//! Links to previews of drafts.

use domain::{id::EventId, keys::bearer_code::BearerCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, n, number},
    key,
};

/// The stored link.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Preview {
    event_id: EventId,
}

/// Returns the item of a link that is valid until `until`.
pub(crate) fn item(
    code: &BearerCode,
    event: EventId,
    until: Timestamp,
) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(Preview { event_id: event })?;
    item.extend(key::preview(code));
    item.insert(EXPIRES_AT.to_owned(), n(until.as_second()));
    Ok(item)
}

impl Store {
    /// Stores a link to the preview of an event, which is valid until `until`. It does not end other links to the event.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note_preview(
        &self,
        code: &BearerCode,
        event: EventId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.put(item(code, event, until)?).await
    }

    /// Returns the event to whose preview a link leads at `now`; `None` if the code is unknown or the link has expired.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn previewed_event(
        &self,
        code: &BearerCode,
        now: Timestamp,
    ) -> Result<Option<EventId>, StoreError> {
        let Some(item) = self.get_item(key::preview(code)).await? else {
            return Ok(None);
        };
        // Time to live deletes items late.
        if number::<i64>(&item, EXPIRES_AT)? <= now.as_second() {
            return Ok(None);
        }
        let preview: Preview = serde_dynamo::from_item(item)?;
        Ok(Some(preview.event_id))
    }
}
