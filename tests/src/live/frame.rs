//! Frames of the server.

use std::fmt;
use std::ops::Index;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;

use crate::Event;
use crate::times::{assert_three_digits, time_in};

/// Everything that a server may say.
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
/// The types of frames that answer an action. The other types report an event.
const ANSWERS: [&str; 4] = ["snapshot", "unsubscribed", "pong", "error"];

/// One frame of the server, and when it came.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The time at which it was read.
    pub at: Instant,
    /// It, as it came.
    pub text: String,
    /// It, as JSON; `null` where it is none.
    pub json: Value,
}

impl Frame {
    /// A frame that was read just now.
    pub(super) fn read(text: String) -> Self {
        let json = serde_json::from_str(&text).unwrap_or_default();
        assert_three_digits("a frame", &json);
        Self {
            at: Instant::now(),
            json,
            text,
        }
    }

    /// Its `type`; empty where it has none.
    pub fn kind(&self) -> &str {
        self["type"].as_str().unwrap_or_default()
    }

    /// True for a frame of this type.
    pub fn is(&self, kind: &str) -> bool {
        self.kind() == kind
    }

    /// True for a frame that names this event.
    pub fn is_about(&self, event: &Event) -> bool {
        self["eventId"] == event.id
    }

    /// True for a frame that tells the whole state of an event.
    pub fn is_state(&self) -> bool {
        self.is("snapshot") || self.is("count")
    }

    /// True for a frame that answers an action.
    pub(super) fn is_answer(&self) -> bool {
        ANSWERS.contains(&self.kind())
    }

    /// The instant for which a state holds.
    #[track_caller]
    pub fn as_of(&self) -> Timestamp {
        time_in(&self["asOf"])
    }

    /// The same frame, where it is of this type.
    #[track_caller]
    pub fn expect(self, kind: &str) -> Self {
        assert!(self.is(kind), "expected {kind}, got {self}");
        self
    }

    /// The same frame, where it is an error with this code, and a detail.
    #[track_caller]
    pub fn expect_error(self, code: &str) -> Self {
        let detail = self["detail"].as_str().unwrap_or_default();
        assert!(
            self.is("error") && self["code"] == code && !detail.is_empty(),
            "expected the error {code}, got {self}"
        );
        self
    }

    /// The same frame, where it is an object of a type that the contract knows.
    #[track_caller]
    pub(super) fn expect_known(self) -> Self {
        assert!(
            TYPES.contains(&self.kind()),
            "no frame of the contract: {self}"
        );
        self
    }
}

/// A member of the frame; `null` where there is none.
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
