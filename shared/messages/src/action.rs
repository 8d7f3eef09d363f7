//! The actions that a client can request with a frame on a WebSocket.

use domain::{
    id::EventId,
    live::topic::{Audience, Topic},
};
use serde::Deserialize;

/// An action that a client requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Subscribe to the frames of a topic.
    Subscribe(Topic),
    /// End the subscription to a topic.
    Unsubscribe(Topic),
    /// Request a pong, to test the connection.
    Ping,
}

/// The reason why a client's frame is not a valid action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// The frame does not have the form of an action.
    #[error("{0}")]
    Malformed(String),
    /// The frame does not contain a valid id of an event.
    #[error("this is no id of an event")]
    NoEvent,
}

#[derive(Deserialize)]
#[serde(
    tag = "action",
    rename_all = "lowercase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
enum Asked {
    Subscribe {
        event_id: String,
        #[serde(default)]
        topic: Option<Audience>,
    },
    Unsubscribe {
        event_id: String,
        #[serde(default)]
        topic: Option<Audience>,
    },
    Ping {},
}

impl Action {
    /// Parses the frame of a client.
    ///
    /// # Errors
    /// The frame is not a valid action.
    pub fn parse(frame: &str) -> Result<Self, ActionError> {
        let asked = domain::text::json::read(frame.as_bytes())
            .and_then(Asked::deserialize)
            .map_err(|error| ActionError::Malformed(without_position(&error)))?;
        let topic = |event: &str, audience: Option<Audience>| {
            let event: EventId = event.parse().map_err(|_| ActionError::NoEvent)?;
            let audience = audience.unwrap_or_default();
            Ok(Topic { event, audience })
        };
        match asked {
            Asked::Subscribe {
                event_id,
                topic: audience,
            } => topic(&event_id, audience).map(Self::Subscribe),
            Asked::Unsubscribe {
                event_id,
                topic: audience,
            } => topic(&event_id, audience).map(Self::Unsubscribe),
            Asked::Ping {} => Ok(Self::Ping),
        }
    }
}

/// Returns the error message of the JSON parser without line and column. Clients write a frame in one line, so these numbers
/// would not help.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_ask_for_actions() {
        let event = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        for (frame, action) in [
            (
                r#"{"action":"subscribe","eventId":"evt_01h455vb4pex5vsknk084sn02q"}"#,
                Action::Subscribe(Topic::public(event)),
            ),
            (
                r#"{"action":"subscribe","eventId":"evt_01h455vb4pex5vsknk084sn02q","topic":"door"}"#,
                Action::Subscribe(Topic::door(event)),
            ),
            (
                r#"{"topic":"public","eventId":"evt_01h455vb4pex5vsknk084sn02q","action":"unsubscribe"}"#,
                Action::Unsubscribe(Topic::public(event)),
            ),
            (r#"{"action":"ping"}"#, Action::Ping),
            ("\u{feff}{\"action\":\"ping\"}", Action::Ping),
        ] {
            assert_eq!(Action::parse(frame), Ok(action), "{frame}");
        }
    }

    #[test]
    fn what_is_no_action_is_refused() {
        for frame in [
            "",
            "ping",
            "[]",
            "null",
            "{}",
            r#"{"action":"dance"}"#,
            r#"{"action":"subscribe"}"#,
            r#"{"action":"subscribe","eventId":7}"#,
            r#"{"action":"subscribe","eventId":"evt_01h455vb4pex5vsknk084sn02q","topic":"window"}"#,
            r#"{"action":"ping","again":true}"#,
            r#"{"action":"ping","action":"ping"}"#,
            r#"{"action":"subscribe","eventId":"evt_1","eventId":"evt_01h455vb4pex5vsknk084sn02q"}"#,
        ] {
            let refusal = Action::parse(frame);
            assert!(matches!(refusal, Err(ActionError::Malformed(_))), "{frame}");
        }
        let unknown = Action::parse(r#"{"action":"subscribe","eventId":"evt_1"}"#);
        assert_eq!(unknown, Err(ActionError::NoEvent));
    }
}
