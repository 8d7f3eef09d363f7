//! The frames that the server sends on a WebSocket (docs/live.md).

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::clock::parse_rfc3339;

/// A frame that the server sends.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub(super) enum Frame {
    Snapshot {
        /// `door` for the topic of the door; `None` for the public topic.
        topic: Option<String>,
        #[serde(flatten)]
        counts: Counts,
    },
    Count {
        #[serde(flatten)]
        counts: Counts,
    },
    Announcement {
        id: String,
        message: String,
        #[serde(rename = "createdAt", deserialize_with = "nanos")]
        created_nanos: u64,
    },
    Event {
        status: String,
        changed: Vec<String>,
    },
    CheckIn {
        #[serde(rename = "at", deserialize_with = "nanos")]
        at_nanos: u64,
        result: String,
        code: Option<String>,
        gate: Option<String>,
        reason: Option<String>,
    },
    Conflict {
        code: String,
        kinds: Vec<String>,
    },
    Error {
        code: ErrorCode,
        detail: String,
    },
    Pong,
    /// A frame of the type `unsubscribed`, which only a client that unsubscribes needs, or of a type that only newer servers
    /// send.
    #[serde(other)]
    Unknown,
}

/// The counts and the status of an event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts {
    pub(super) registered: u32,
    pub(super) remaining: u32,
    pub(super) capacity: u32,
    pub(super) waitlisted: u32,
    pub(super) status: String,
    /// The time at which the counts were read, in nanoseconds since 1970.
    #[serde(rename = "asOf", deserialize_with = "nanos")]
    pub(super) as_of_nanos: u64,
}

/// The codes of error frames that this command distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ErrorCode {
    Malformed,
    NotFound,
    Unauthorized,
    Forbidden,
    TooManySubscriptions,
    Unavailable,
    #[serde(other)]
    Other,
}

impl Frame {
    /// Parses a frame from its JSON.
    ///
    /// # Errors
    /// The text is not JSON, or lacks a field of its type.
    pub(super) fn parse(text: &str) -> serde_json::Result<Self> {
        let value: Value = serde_json::from_str(text)?;
        // API Gateway sends a message of its own if a function fails. This message has no type.
        if value.get("type").is_none()
            && let Some(message) = value["message"].as_str()
        {
            return Ok(Self::Error {
                code: ErrorCode::Unavailable,
                detail: message.to_owned(),
            });
        }
        serde_json::from_value(value)
    }
}

fn nanos<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_rfc3339(&text)
        .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no time in UTC")))
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// Returns the counts of an event with a hundred seats. They were read `seconds` seconds after the beginning of 1970.
    pub(in super::super) fn counts(registered: u32, waitlisted: u32, seconds: u64) -> Counts {
        Counts {
            registered,
            remaining: 100 - registered,
            capacity: 100,
            waitlisted,
            status: "published".to_owned(),
            as_of_nanos: seconds * 1_000_000_000,
        }
    }

    fn parse(frame: &Value) -> Frame {
        Frame::parse(&frame.to_string()).unwrap()
    }

    #[test]
    fn counts_are_a_whole_state() {
        let mut frame = json!({"type": "count", "eventId": "evt_1", "registered": 60, "remaining": 40,
            "capacity": 100, "waitlisted": 5, "status": "published", "asOf": "1970-01-01T00:00:07Z"});
        let counts = counts(60, 5, 7);
        assert_eq!(
            parse(&frame),
            Frame::Count {
                counts: counts.clone()
            }
        );
        frame["type"] = json!("snapshot");
        assert_eq!(
            parse(&frame),
            Frame::Snapshot {
                topic: None,
                counts: counts.clone()
            }
        );
        frame["topic"] = json!("door");
        let topic = Some("door".to_owned());
        assert_eq!(parse(&frame), Frame::Snapshot { topic, counts });
        frame["asOf"] = json!("yesterday");
        let error = Frame::parse(&frame.to_string()).unwrap_err().to_string();
        assert!(error.contains("yesterday"), "{error}");
    }

    #[test]
    fn news_have_a_time_and_what_is_known() {
        let announcement = json!({"type": "announcement", "eventId": "evt_1", "id": "ann_1",
            "message": "Doors at 7", "createdAt": "1970-01-01T00:00:01.5Z"});
        assert_eq!(
            parse(&announcement),
            Frame::Announcement {
                id: "ann_1".to_owned(),
                message: "Doors at 7".to_owned(),
                created_nanos: 1_500_000_000
            }
        );
        let check_in = json!({"type": "check-in", "eventId": "evt_1", "at": "1970-01-01T00:00:02Z",
            "result": "admitted", "code": "ABCD-EFGH-JKMN"});
        assert_eq!(
            parse(&check_in),
            Frame::CheckIn {
                at_nanos: 2_000_000_000,
                result: "admitted".to_owned(),
                code: Some("ABCD-EFGH-JKMN".to_owned()),
                gate: None,
                reason: None
            }
        );
        let conflict = json!({"type": "conflict", "eventId": "evt_1", "code": "ABCD-EFGH-JKMN", "kinds": ["ended"],
            "admittedAt": "1970-01-01T00:00:02Z"});
        assert_eq!(
            parse(&conflict),
            Frame::Conflict {
                code: "ABCD-EFGH-JKMN".to_owned(),
                kinds: vec!["ended".to_owned()]
            }
        );
        let event = json!({"type": "event", "eventId": "evt_1", "status": "cancelled", "changed": ["status"]});
        assert_eq!(
            parse(&event),
            Frame::Event {
                status: "cancelled".to_owned(),
                changed: vec!["status".to_owned()]
            }
        );
    }

    #[test]
    fn what_is_new_is_no_failure() {
        assert_eq!(parse(&json!({"type": "pong"})), Frame::Pong);
        assert_eq!(
            parse(&json!({"type": "unsubscribed", "eventId": "evt_1"})),
            Frame::Unknown
        );
        assert_eq!(
            parse(&json!({"type": "weather", "degrees": 21})),
            Frame::Unknown
        );
        let Frame::Error { code, .. } =
            parse(&json!({"type": "error", "code": "tired", "detail": "d"}))
        else {
            panic!("no error");
        };
        assert_eq!(code, ErrorCode::Other);
        for wrong in ["", "7", "{}", "[]", r#"{"type": "count"}"#] {
            assert!(Frame::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn api_gateways_own_words_are_an_error_that_passes() {
        let own =
            json!({"message": "Internal server error", "connectionId": "c", "requestId": "r"});
        assert_eq!(
            parse(&own),
            Frame::Error {
                code: ErrorCode::Unavailable,
                detail: "Internal server error".to_owned()
            }
        );
    }
}
