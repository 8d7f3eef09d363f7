//! Announcements of events.

use domain::{
    events::announcement::Announcement,
    id::{AnnouncementId, EventId},
};

use crate::{
    Page, Store, StoreError,
    attribute::{Item, REQUEST, s},
    key,
    lists::Range,
};

impl Store {
    /// Writes an announcement, which stores the request id `request`. When the relay reads this write, it sends the
    /// announcement.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn announce(
        &self,
        announcement: &Announcement,
        request: &str,
    ) -> Result<(), StoreError> {
        let mut item: Item = serde_dynamo::to_item(announcement)?;
        item.extend(key::announcement(announcement.event_id, announcement.id));
        item.insert(REQUEST.to_owned(), s(request));
        self.put(item).await
    }

    /// Reads an announcement of an event, with a strongly consistent read.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn announcement(
        &self,
        event: EventId,
        id: AnnouncementId,
    ) -> Result<Option<Announcement>, StoreError> {
        self.get(key::announcement(event, id)).await
    }

    /// Lists the announcements of an event, the newest first. The list contains only announcements that are older than `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_announcements(
        &self,
        event: EventId,
        limit: usize,
        after: Option<AnnouncementId>,
    ) -> Result<Page<Announcement>, StoreError> {
        let after = after.map(|after| key::announcement(event, after));
        self.query_partition(
            Range::newest_first(key::event_pk(event), key::ANNOUNCEMENT),
            None,
            limit,
            after,
        )
        .await
    }
}
