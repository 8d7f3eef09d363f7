//! Topics, to which connections subscribe.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::id::EventId;

/// A topic: a sequence of live messages about an event. Its text is `evt_…` for the public topic, and `evt_…#door` for the
/// topic of the event's staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Topic {
    /// The event that the messages are about.
    pub event: EventId,
    /// The users who may subscribe.
    pub audience: Audience,
}

/// The audience of a topic.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Everybody may subscribe. The messages contain counts, changes and announcements, but never anything about a person.
    #[default]
    Public,
    /// Only the event's staff may subscribe. The messages are about admission at the doors.
    Door,
}

/// The error that a text is not a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a topic")]
pub struct TopicError;

/// The suffix that marks the topic of an event's staff.
const DOOR: &str = "#door";

impl Topic {
    /// Returns the public topic of an event.
    #[must_use]
    pub fn public(event: EventId) -> Self {
        Self {
            event,
            audience: Audience::Public,
        }
    }

    /// Returns the door topic of an event, for its staff.
    #[must_use]
    pub fn door(event: EventId) -> Self {
        Self {
            event,
            audience: Audience::Door,
        }
    }
}

impl Audience {
    /// Whether only some users may watch a topic of this audience, so that a user can lose the right to watch it.
    #[must_use]
    pub fn is_private(self) -> bool {
        match self {
            Self::Public => false,
            Self::Door => true,
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match self.audience {
            Audience::Public => "",
            Audience::Door => DOOR,
        };
        write!(f, "{}{end}", self.event)
    }
}

impl FromStr for Topic {
    type Err = TopicError;
    fn from_str(text: &str) -> Result<Self, TopicError> {
        let (event, audience) = match text.strip_suffix(DOOR) {
            Some(event) => (event, Audience::Door),
            None => (text, Audience::Public),
        };
        let event = event.parse().map_err(|_| TopicError)?;
        Ok(Self { event, audience })
    }
}

impl TryFrom<String> for Topic {
    type Error = TopicError;
    fn try_from(text: String) -> Result<Self, TopicError> {
        text.parse()
    }
}

impl From<Topic> for String {
    fn from(topic: Topic) -> Self {
        topic.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_as_they_are_written() {
        let event = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        for (topic, text) in [
            (Topic::public(event), "evt_01h455vb4pex5vsknk084sn02q"),
            (Topic::door(event), "evt_01h455vb4pex5vsknk084sn02q#door"),
        ] {
            assert_eq!(topic.to_string(), text);
            assert_eq!(text.parse(), Ok(topic));
        }
        assert_eq!("evt_1#window".parse::<Topic>(), Err(TopicError));
    }
}
