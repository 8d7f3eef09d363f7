//! The messages of the queues and the frames of WebSockets. Golden tests pin the JSON, because messages outlive deployments.

mod action;
mod frame;
mod live;
mod mail;

pub use action::{Action, ActionError};
pub use frame::{Frame, UnsubscribedReason};
pub use live::{LiveDue, Reply};
pub use mail::{MailDue, Part};

use domain::id::{EventId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A user got or lost a seat: the ticket is due, or void. On the queue `tickets`.
///
/// The message does not contain the change. The consumer reads the present registration, so messages may be late, repeated
/// and in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeatChanged {
    /// The event.
    pub event_id: EventId,
    /// The user who has, or had, the seat.
    pub user_id: UserId,
    /// The request that caused it, for logs.
    pub request_id: String,
}

/// A record of the table's stream that the relay can never process. It is put on the relay's dead-letter queue.
///
/// This message names the record and the reason. It has no image of the item, because the item itself is in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkedRecord {
    /// Id of the record in the stream.
    pub event_id: String,
    /// The record's position in the stream. It gives the order of the records of one item.
    pub sequence_number: String,
    /// Partition key of the item.
    pub pk: String,
    /// Sort key of the item.
    pub sk: String,
    /// The reason why the record cannot be processed.
    pub reason: String,
    /// The time at which the record was parked.
    pub parked_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_change_is_sent_as_ever() {
        let golden = r#"{"eventId":"evt_01h455vb4pex5vsknk084sn02q","userId":"usr_01h455vb4pex5vsknk084sn02r","requestId":"r1"}"#;
        let message = SeatChanged {
            event_id: "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            user_id: "usr_01h455vb4pex5vsknk084sn02r".parse().unwrap(),
            request_id: "r1".into(),
        };
        assert_eq!(serde_json::to_string(&message).unwrap(), golden);
        assert_eq!(
            serde_json::from_str::<SeatChanged>(golden).unwrap(),
            message
        );
    }

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
