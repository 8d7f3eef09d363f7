//! The frames that the server sends on a WebSocket (`docs/live.md`).

use domain::{
    door::ConflictKind,
    events::{EventField, EventStatus},
    id::{AnnouncementId, EventId},
    live::{counts::Counts, topic::Audience},
    text::{AnnouncementText, timestamp},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A frame that the server sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Frame {
    /// The counts of an event, for a new subscriber.
    Snapshot {
        /// The id of the event.
        event_id: EventId,
        /// The audience of the subscribed topic; left out for the public topic.
        #[serde(default, skip_serializing_if = "is_public")]
        topic: Audience,
        /// The counts of the event.
        #[serde(flatten)]
        counts: Counts,
        /// The time at which the counts were read.
        #[serde(serialize_with = "timestamp::serialize")]
        as_of: Timestamp,
    },
    /// The counts of an event, after they have changed.
    Count {
        /// The id of the event.
        event_id: EventId,
        /// The counts of the event.
        #[serde(flatten)]
        counts: Counts,
        /// The time at which the counts were read.
        #[serde(serialize_with = "timestamp::serialize")]
        as_of: Timestamp,
    },
    /// An announcement that an organizer has published.
    Announcement {
        /// The id of the event.
        event_id: EventId,
        /// The id of the announcement.
        id: AnnouncementId,
        /// The text of the announcement.
        message: AnnouncementText,
        /// The time at which the announcement was published.
        #[serde(serialize_with = "timestamp::serialize")]
        created_at: Timestamp,
    },
    /// A change of an event.
    Event {
        /// The id of the event.
        event_id: EventId,
        /// The status of the event after the change.
        status: EventStatus,
        /// The names of the event's fields whose values have changed.
        changed: Vec<EventField>,
    },
    /// A scan of a ticket at a door, whether or not it admitted somebody.
    CheckIn {
        /// The id of the event.
        event_id: EventId,
        /// The time at which somebody tried to check the ticket in.
        #[serde(serialize_with = "timestamp::serialize")]
        at: Timestamp,
        /// The result that the server returned to the scanning device.
        result: String,
        /// The reason why the ticket was refused; left out if it was not refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The code of the ticket; left out if no code could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The name of the gate at which the ticket was scanned; left out if the scanning device has no gate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gate: Option<String>,
    },
    /// The admission of a ticket is now in conflict, or is not in conflict any more.
    Conflict {
        /// The id of the event.
        event_id: EventId,
        /// The code of the ticket.
        code: String,
        /// The reasons why the admission is in conflict; empty if it is not in conflict any more.
        kinds: Vec<ConflictKind>,
        /// The time at which the ticket's holder was admitted. It is `None` and left out if the admission was taken back.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            serialize_with = "timestamp::serialize_optional"
        )]
        admitted_at: Option<Timestamp>,
        /// The time at which the ticket's registration was cancelled. It is `None` and left out if the registration was not
        /// cancelled.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            serialize_with = "timestamp::serialize_optional"
        )]
        ended_at: Option<Timestamp>,
    },
    /// The end of a subscription. After this frame, the server sends no frame of the subscription any more.
    Unsubscribed {
        /// The id of the event.
        event_id: EventId,
        /// The audience of the subscribed topic; left out for the public topic.
        #[serde(default, skip_serializing_if = "is_public")]
        topic: Audience,
        /// The reason why the server ended the subscription; left out if the client ended it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<UnsubscribedReason>,
    },
    /// The reply to a client's ping.
    Pong,
    /// The report that an action of the client has failed.
    Error {
        /// The reason for the failure, as one word for programs.
        code: String,
        /// The reason for the failure, as a sentence for people.
        detail: String,
        /// The id of the event that the client's action was about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_id: Option<EventId>,
    },
}

/// The reason why the server ended a subscription that the client did not end itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnsubscribedReason {
    /// The user no longer has the right to watch the topic.
    Forbidden,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_public(topic: &Audience) -> bool {
    *topic == Audience::Public
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_sent_as_ever() {
        let event_id: EventId = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let counts = Counts {
            registered: 3,
            remaining: 7,
            capacity: 10,
            waitlisted: 0,
            status: EventStatus::Published,
        };
        let at: Timestamp = "2027-05-01T18:00:00.123Z".parse().unwrap();
        for (frame, golden) in [
            (
                Frame::Snapshot {
                    event_id,
                    topic: Audience::Public,
                    counts,
                    as_of: at,
                },
                r#"{"type":"snapshot","eventId":"evt_01h455vb4pex5vsknk084sn02q","registered":3,"remaining":7,"capacity":10,"waitlisted":0,"status":"published","asOf":"2027-05-01T18:00:00.123Z"}"#,
            ),
            (
                Frame::Unsubscribed {
                    event_id,
                    topic: Audience::Door,
                    reason: None,
                },
                r#"{"type":"unsubscribed","eventId":"evt_01h455vb4pex5vsknk084sn02q","topic":"door"}"#,
            ),
            (
                Frame::Unsubscribed {
                    event_id,
                    topic: Audience::Door,
                    reason: Some(UnsubscribedReason::Forbidden),
                },
                r#"{"type":"unsubscribed","eventId":"evt_01h455vb4pex5vsknk084sn02q","topic":"door","reason":"forbidden"}"#,
            ),
            (
                Frame::Event {
                    event_id,
                    status: EventStatus::Published,
                    changed: vec![EventField::StartsAt],
                },
                r#"{"type":"event","eventId":"evt_01h455vb4pex5vsknk084sn02q","status":"published","changed":["startsAt"]}"#,
            ),
            (
                Frame::Count {
                    event_id,
                    counts,
                    as_of: "2027-05-01T18:00:00Z".parse().unwrap(),
                },
                r#"{"type":"count","eventId":"evt_01h455vb4pex5vsknk084sn02q","registered":3,"remaining":7,"capacity":10,"waitlisted":0,"status":"published","asOf":"2027-05-01T18:00:00.000Z"}"#,
            ),
            (
                Frame::CheckIn {
                    event_id,
                    at,
                    result: "admitted".into(),
                    reason: None,
                    code: Some("ABCD-EFGH-JKMN".into()),
                    gate: None,
                },
                r#"{"type":"check-in","eventId":"evt_01h455vb4pex5vsknk084sn02q","at":"2027-05-01T18:00:00.123Z","result":"admitted","code":"ABCD-EFGH-JKMN"}"#,
            ),
            (
                Frame::Conflict {
                    event_id,
                    code: "ABCD-EFGH-JKMN".into(),
                    kinds: ConflictKind::ALL.into(),
                    admitted_at: Some(at),
                    ended_at: None,
                },
                r#"{"type":"conflict","eventId":"evt_01h455vb4pex5vsknk084sn02q","code":"ABCD-EFGH-JKMN","kinds":["ended","used-twice"],"admittedAt":"2027-05-01T18:00:00.123Z"}"#,
            ),
            (Frame::Pong, r#"{"type":"pong"}"#),
        ] {
            assert_eq!(serde_json::to_string(&frame).unwrap(), golden);
            assert_eq!(serde_json::from_str::<Frame>(golden).unwrap(), frame);
        }
    }
}
