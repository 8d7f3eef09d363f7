//! The dead-letter queue for records. It exists because a record of the stream must never be dropped.

use bootstrap::clock;
use messages::ParkedRecord;
use queues::{Queue, SendError};

use crate::record::Source;

/// The relay's dead-letter queue.
#[derive(Debug, Clone)]
pub struct Parking(pub Queue);

impl Parking {
    /// Parks the record that `source` describes, with the reason `reason`.
    ///
    /// # Errors
    /// The queue did not take the record. The batch must be retried.
    pub(crate) async fn park(&self, source: &Source, reason: String) -> Result<(), SendError> {
        tracing::error!(
            request_id = source.request,
            stream.event_id = source.event_id,
            item.sk = source.sk,
            reason,
            "record_parked"
        );
        let record = ParkedRecord {
            event_id: source.event_id.clone(),
            sequence_number: source.sequence_number.clone(),
            pk: source.pk.clone(),
            sk: source.sk.clone(),
            reason,
            parked_at: clock::now(),
        };
        self.0.send(&[record]).await
    }
}
