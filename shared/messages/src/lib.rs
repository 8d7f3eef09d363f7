//! The messages on the queues and the frames on WebSockets. Golden tests check their JSON, because a message may be older than
//! the code that reads it.

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

/// A message on the queue `tickets`: a user got or lost a seat, so their ticket must be issued or voided.
///
/// The message does not contain the change. The consumer reads the present registration, so messages may be late, may be
/// repeated, and may come in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeatChanged {
    /// The id of the event.
    pub event_id: EventId,
    /// The id of the user who has, or had, the seat.
    pub user_id: UserId,
    /// The id of the request by which the user got or lost the seat, for logs.
    pub request_id: String,
}

/// A record of the table's stream that the relay can never process. The relay puts this message on its own dead-letter queue.
///
/// This message contains the record's key and the reason. It does not contain the item, because the item is still in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParkedRecord {
    /// The id of the record in the table's stream.
    pub event_id: String,
    /// The sequence number of the record in the table's stream. Sequence numbers show the order of the records of one item.
    pub sequence_number: String,
    /// The partition key of the item that the record is about.
    pub pk: String,
    /// The sort key of the item that the record is about.
    pub sk: String,
    /// The reason why the relay can never process the record.
    pub reason: String,
    /// The time at which the record was parked in the dead-letter queue.
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
