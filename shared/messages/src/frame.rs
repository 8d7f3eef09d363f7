//! Frames that the server sends on a WebSocket (`docs/live.md`).

use domain::{
    door::ConflictKind,
    events::{EventField, EventStatus},
    id::{AnnouncementId, EventId},
    live::{counts::Counts, topic::Audience},
    text::{AnnouncementText, timestamp},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Frame {
    /// The event's counts, for a new subscriber.
    Snapshot {
        /// The event.
        event_id: EventId,
        /// The audience of the subscribed topic; left out if it is the public one.
        #[serde(default, skip_serializing_if = "is_public")]
        topic: Audience,
        /// The counts.
        #[serde(flatten)]
        counts: Counts,
        /// The time at which the counts were read.
        #[serde(serialize_with = "timestamp::serialize")]
        as_of: Timestamp,
    },
    /// The event's counts, after something changed.
    Count {
        /// The event.
        event_id: EventId,
        /// The counts.
        #[serde(flatten)]
        counts: Counts,
        /// The time at which the counts were read.
        #[serde(serialize_with = "timestamp::serialize")]
        as_of: Timestamp,
    },
    /// The organizer published an announcement.
    Announcement {
        /// The event.
        event_id: EventId,
        /// The id of the announcement.
        id: AnnouncementId,
        /// The text.
        message: AnnouncementText,
        /// When.
        #[serde(serialize_with = "timestamp::serialize")]
        created_at: Timestamp,
    },
    /// The event changed.
    Event {
        /// The event.
        event_id: EventId,
        /// The status of the event.
        status: EventStatus,
        /// Names of the fields that have another value now.
        changed: Vec<EventField>,
    },
    /// Somebody showed a ticket at a door.
    CheckIn {
        /// The event.
        event_id: EventId,
        /// When.
        #[serde(serialize_with = "timestamp::serialize")]
        at: Timestamp,
        /// The result that the scanner got.
        result: String,
        /// The reason, if the ticket was refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// The ticket, as far as one could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The gate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gate: Option<String>,
    },
    /// The admission of a ticket came into conflict, or out of it.
    Conflict {
        /// The event.
        event_id: EventId,
        /// The ticket.
        code: String,
        /// The reasons why the ticket is in conflict; empty if it is not in conflict any more.
        kinds: Vec<ConflictKind>,
        /// The time at which its holder was admitted; `None` if that was undone.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            serialize_with = "timestamp::serialize_optional"
        )]
        admitted_at: Option<Timestamp>,
        /// The time at which the ticket ended.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            serialize_with = "timestamp::serialize_optional"
        )]
        ended_at: Option<Timestamp>,
    },
    /// A subscription ended: no frame of it follows this one.
    Unsubscribed {
        /// The event.
        event_id: EventId,
        /// The audience of the subscribed topic; left out if it is the public one.
        #[serde(default, skip_serializing_if = "is_public")]
        topic: Audience,
        /// The reason, if the client did not end the subscription.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<UnsubscribedReason>,
    },
    /// The answer to a ping.
    Pong,
    /// An action could not be done.
    Error {
        /// The reason, in one word.
        code: String,
        /// The reason, for people.
        detail: String,
        /// The event that the action was about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_id: Option<EventId>,
    },
}

/// Why a subscription ended without its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnsubscribedReason {
    /// The right to watch the topic has ended.
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
