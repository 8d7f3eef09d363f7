//! Where records go that can never be processed: a record of the stream is never dropped.

use aws_sdk_sqs::Client;
use bootstrap::clock;
use messages::ParkedRecord;

use crate::batch::Source;

/// The relay's dead-letter queue.
#[derive(Debug, Clone)]
pub(crate) struct Parking {
    client: Client,
    queue_url: String,
}

/// A record could not be parked.
#[derive(Debug, thiserror::Error)]
#[error("a record could not be parked")]
pub(crate) struct ParkingError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Parking {
    pub(crate) fn new(client: Client, queue_url: String) -> Self {
        Self { client, queue_url }
    }

    /// Parks the record that came from `source`, for `reason`.
    ///
    /// # Errors
    /// The queue cannot be written; the batch must come again.
    pub(crate) async fn park(&self, source: &Source, reason: String) -> Result<(), ParkingError> {
        tracing::error!(
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
        let body = serde_json::to_string(&record).map_err(|error| ParkingError(Box::new(error)))?;
        let sent = self
            .client
            .send_message()
            .queue_url(&self.queue_url)
            .message_body(body)
            .send()
            .await;
        sent.map(|_| ())
            .map_err(|error| ParkingError(Box::new(error)))
    }
}
