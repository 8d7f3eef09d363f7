//! Frames that the server sends over the WebSocket.

use std::fmt;
use std::ops::Index;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;

use crate::Event;
use crate::times::{assert_three_digits, time_in};

/// All types of frames that the contract allows a server to send.
const TYPES: [&str; 9] = [
    "snapshot",
    "count",
    "announcement",
    "event",
    "check-in",
    "conflict",
    "unsubscribed",
    "pong",
    "error",
];
/// The types of frames that answer a viewer's action. Frames of the other types report that something happened.
const ANSWERS: [&str; 4] = ["snapshot", "unsubscribed", "pong", "error"];

/// One frame that the server sent, and the time of its arrival.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The time at which the test read the frame.
    pub at: Instant,
    /// The frame as text.
    pub text: String,
    /// The frame as JSON, or `null` if it is not JSON.
    pub json: Value,
}

impl Frame {
    /// Creates a frame from a text that was read just now.
    pub(super) fn read(text: String) -> Self {
        let json = serde_json::from_str(&text).unwrap_or_default();
        assert_three_digits("a frame", &json);
        Self {
            at: Instant::now(),
            json,
            text,
        }
    }

    /// Returns the frame's member `type`, or an empty text if the frame has none.
    pub fn kind(&self) -> &str {
        self["type"].as_str().unwrap_or_default()
    }

    /// Returns whether the frame has this type.
    pub fn is(&self, kind: &str) -> bool {
        self.kind() == kind
    }

    /// Returns whether the frame names this event.
    pub fn is_about(&self, event: &Event) -> bool {
        self["eventId"] == event.id
    }

    /// Returns whether the frame contains the whole state of an event, as the types `snapshot` and `count` do.
    pub fn is_state(&self) -> bool {
        self.is("snapshot") || self.is("count")
    }

    /// Returns whether the frame answers this action. An answer to an earlier action is no answer to this one: on a slow
    /// connection, the server may send an answer twice.
    pub(super) fn answers(&self, action: &Value) -> bool {
        let kind = match action["action"].as_str() {
            Some("subscribe") => "snapshot",
            Some("unsubscribe") => "unsubscribed",
            Some("ping") => "pong",
            _ => return ANSWERS.contains(&self.kind()),
        };
        self.is("error") || self.is(kind) && self["eventId"] == action["eventId"]
    }

    /// Returns the frame's member `asOf`: the time to which the counts in the frame refer.
    #[track_caller]
    pub fn as_of(&self) -> Timestamp {
        time_in(&self["asOf"])
    }

    /// Returns the frame. Panics if it does not have this type.
    #[track_caller]
    pub fn expect(self, kind: &str) -> Self {
        assert!(self.is(kind), "expected {kind}, got {self}");
        self
    }

    /// Returns the frame. Panics unless it is an error with this code and with a detail.
    #[track_caller]
    pub fn expect_error(self, code: &str) -> Self {
        let detail = self["detail"].as_str().unwrap_or_default();
        assert!(
            self.is("error") && self["code"] == code && !detail.is_empty(),
            "expected the error {code}, got {self}"
        );
        self
    }

    /// Returns the frame. Panics if its type is not in the contract.
    #[track_caller]
    pub(super) fn expect_known(self) -> Self {
        assert!(
            TYPES.contains(&self.kind()),
            "no frame of the contract: {self}"
        );
        self
    }
}

/// Returns a member of the frame, or `null` if the frame has no such member.
impl Index<&str> for Frame {
    type Output = Value;

    fn index(&self, member: &str) -> &Value {
        &self.json[member]
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.text.chars().take(2_000).collect();
        out.write_str(&shown)
    }
}
