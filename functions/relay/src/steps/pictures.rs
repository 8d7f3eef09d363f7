//! Deletes the files of pictures that no event names.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bootstrap::{clock, error_chain::ErrorChain};
use domain::id::PictureId;
use store::PictureCheck;

use crate::{
    record::Source,
    relay::{Relay, RelayError},
};

/// The time after which a failed deletion is tried again. The table may delete the item of a check two days late.
const NEXT_TRY: Duration = Duration::from_hours(1);

impl Relay {
    /// Deletes the files of each picture that its event does not name. A picture that was removed from its event never comes
    /// back, because each upload has an id of its own.
    ///
    /// If a file cannot be deleted, the picture is checked again later. The batch goes on, so that no seat waits for the store of
    /// pictures.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn discard_pictures(
        &self,
        checks: &BTreeMap<PictureId, (Box<PictureCheck>, Arc<Source>)>,
    ) -> Result<(), RelayError> {
        for (check, source) in checks.values() {
            let event = match self.store.event(check.event_id).await {
                Ok(event) => event,
                Err(error) => {
                    self.settle(Err(error), source).await?;
                    continue;
                }
            };
            let present = event.and_then(|event| event.picture);
            if present.is_some_and(|present| present.id == check.picture.id) {
                continue;
            }
            if let Err(error) = self.pictures.delete(&check.picture).await {
                tracing::warn!(request_id = source.request, event.id = %check.event_id, error = %ErrorChain(&error), "picture_not_deleted");
                let noted = self
                    .store
                    .check_picture(check, clock::now() + NEXT_TRY)
                    .await;
                self.settle(noted, source).await?;
            }
        }
        Ok(())
    }
}
