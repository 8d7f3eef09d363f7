//! Checks of pictures. A check finds out, some time after its item was written, whether an event still names a picture.
//!
//! The item of a check is written before the picture's files. When it expires, the stream reports its deletion, and the relay
//! deletes the files unless the event names the picture. So if a process ends between the files and the event, the files do not
//! stay.

use domain::{events::picture::Picture, id::EventId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, n},
    key,
};

/// The picture of a check, and the event that may name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PictureCheck {
    /// The event.
    pub event_id: EventId,
    /// The picture.
    pub picture: Picture,
}

impl Store {
    /// Stores a check that is due at the time `at`. It replaces an earlier check of the same picture.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn check_picture(
        &self,
        check: &PictureCheck,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.put(item(check, at)?).await
    }
}

pub(crate) fn item(check: &PictureCheck, at: Timestamp) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(check)?;
    item.extend(key::picture_check(check.picture.id));
    item.insert(EXPIRES_AT.to_owned(), n(at.as_second()));
    Ok(item)
}
