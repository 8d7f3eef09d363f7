//! The objects of entries in the audit log.

use serde::{Deserialize, Serialize};

use crate::id::{EventId, UserId};
use crate::invalid::{Reason, Refusal};

/// The object of a deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "lowercase")]
pub enum Object {
    /// An event. This is also the object of a deed that changed the event's door staff, one of its registrations or one of its
    /// tickets.
    Event(EventId),
    /// An account.
    User(UserId),
    /// A queue.
    Queue(QueueName),
}

/// The name of a queue, such as `mail`. It has 1 to 80 characters: lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct QueueName(String);

/// The error that a text is not the id or name of an object of the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the id of an event or of a user, or the name of a queue")]
pub struct UnknownObject;

impl Refusal for UnknownObject {
    fn reason(&self) -> Reason {
        Reason::Pattern
    }
}

impl QueueName {
    /// The maximum number of characters of a queue's name, as in SQS.
    const MAX: usize = 80;

    /// Parses the name of a queue.
    ///
    /// # Errors
    /// No queue can have this name.
    pub fn parse(text: &str) -> Result<Self, UnknownObject> {
        let is_named_so = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=Self::MAX).contains(&text.len()) && text.chars().all(is_named_so) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UnknownObject)
        }
    }

    /// Returns the name of the queue.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for QueueName {
    type Error = UnknownObject;
    fn try_from(text: String) -> Result<Self, UnknownObject> {
        Self::parse(&text)
    }
}

impl Object {
    /// The names of the kinds of objects, as they are stored and shown.
    pub const KINDS: [&str; 3] = ["event", "user", "queue"];

    /// Returns the name of the object's kind, as it is stored and shown.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Event(_) => "event",
            Self::User(_) => "user",
            Self::Queue(_) => "queue",
        }
    }

    /// Returns the id of the object, as it is shown.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Event(id) => id.to_string(),
            Self::User(id) => id.to_string(),
            Self::Queue(name) => name.as_str().to_owned(),
        }
    }
}

/// Parses an object from its text: the id of an event or of a user, or the name of a queue.
impl std::str::FromStr for Object {
    type Err = UnknownObject;
    fn from_str(text: &str) -> Result<Self, UnknownObject> {
        let event = text.parse().map(Self::Event);
        event
            .or_else(|_| text.parse().map(Self::User))
            .or_else(|_| QueueName::parse(text).map(Self::Queue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_is_known_by_its_id() {
        for (id, kind) in [
            ("evt_01h455vb4pex5vsknk084sn02q", "event"),
            ("usr_01h455vb4pex5vsknk084sn02q", "user"),
            ("mail", "queue"),
            ("a-queue-2", "queue"),
        ] {
            let object: Object = id.parse().unwrap();
            assert_eq!((object.kind(), object.id().as_str()), (kind, id));
            let shown = json!({"type": kind, "id": id});
            assert_eq!(serde_json::to_value(&object).unwrap(), shown);
            assert_eq!(serde_json::from_value::<Object>(shown).unwrap(), object);
        }
        for wrong in [
            "",
            "evt_",
            "evt_01h455vb4pex5vsknk084sn02",
            "aud_01h455vb4pex5vsknk084sn02q",
            "ABCD-EFGH-JKMN",
            "mail#x",
            &"q".repeat(81),
        ] {
            assert_eq!(wrong.parse::<Object>(), Err(UnknownObject), "{wrong}");
        }
    }
}
