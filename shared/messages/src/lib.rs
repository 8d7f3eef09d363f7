//! What travels on the queues. Golden tests pin the JSON, for messages outlive deployments.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A record of the table's stream that the relay can never process: on the relay's dead-letter queue.
///
/// It names the record and the reason, and holds no image of the item: the item itself is in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkedRecord {
    /// Id of the record in the stream.
    pub event_id: String,
    /// Its place in the stream, for the order among the records of one item.
    pub sequence_number: String,
    /// Partition key of the item.
    pub pk: String,
    /// Sort key of the item.
    pub sk: String,
    /// Why it cannot be processed.
    pub reason: String,
    /// When it was parked.
    pub parked_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parked_record_is_stored_as_ever() {
        let golden = r#"{"eventId":"e1","sequenceNumber":"100","pk":"SEATS#x#0","sk":"SEATS","reason":"a number cannot be read","parkedAt":"2027-05-01T18:00:00Z"}"#;
        let record = ParkedRecord {
            event_id: "e1".into(),
            sequence_number: "100".into(),
            pk: "SEATS#x#0".into(),
            sk: "SEATS".into(),
            reason: "a number cannot be read".into(),
            parked_at: "2027-05-01T18:00:00Z".parse().unwrap(),
        };
        assert_eq!(serde_json::to_string(&record).unwrap(), golden);
        assert_eq!(
            serde_json::from_str::<ParkedRecord>(golden).unwrap(),
            record
        );
    }
}
