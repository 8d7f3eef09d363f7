//! The messages of the queues `live` and `push`.

use domain::{
    id::{EventId, UserId},
    live::topic::Topic,
};
use serde::{Deserialize, Serialize};

use crate::Frame;

/// A task of the fan-out to an event's viewers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum LiveDue {
    /// Counts changed: they are to be read once, for all viewers. Sent on `live`, which delivers it a second later, or on
    /// `push` if the last look is longer ago than a second.
    Tick {
        /// The event.
        event_id: EventId,
        /// Number of the tick.
        tick: u64,
    },
    /// A frame for everybody who is subscribed. On `push`.
    Everybody {
        /// The topic.
        topic: Topic,
        /// The frame.
        frame: Frame,
    },
    /// A frame for one shard of a topic. On `push`.
    Shard {
        /// The topic.
        topic: Topic,
        /// The shard, from 0.
        shard: u32,
        /// The frame; `None`: the newest counts.
        frame: Option<Frame>,
    },
    /// A frame for one connection, in its place among those of its shard. On `push`.
    Connection {
        /// The topic.
        topic: Topic,
        /// The shard of the connection.
        shard: u32,
        /// The connection.
        connection_id: String,
        /// The answer to send.
        reply: Reply,
    },
    /// The rights of a connection's user may have ended: the policy decides again what the connection may watch. On `push`.
    Rights {
        /// The user.
        user_id: UserId,
        /// The connection on which the user signed in.
        connection_id: String,
    },
}

/// The answer to an action that changed a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The connection is subscribed, and gets the counts.
    Snapshot,
    /// The connection is not subscribed any more.
    Unsubscribed,
    /// The connection is not subscribed any more, because the right to watch the topic has ended.
    Forbidden,
}

impl LiveDue {
    /// Returns the FIFO group of the message. Messages of one group are delivered one after the other.
    #[must_use]
    pub fn group(&self) -> String {
        match self {
            Self::Tick { event_id, .. } => event_id.to_string(),
            Self::Everybody { topic, .. } => topic.to_string(),
            Self::Shard { topic, shard, .. } | Self::Connection { topic, shard, .. } => {
                format!("{topic}#{shard}")
            }
            Self::Rights { connection_id, .. } => connection_id.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_sent_as_ever() {
        let event_id: EventId = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let topic = Topic::public(event_id);
        for (due, group, golden) in [
            (
                LiveDue::Tick { event_id, tick: 7 },
                "evt_01h455vb4pex5vsknk084sn02q",
                r#"{"kind":"tick","eventId":"evt_01h455vb4pex5vsknk084sn02q","tick":7}"#,
            ),
            (
                LiveDue::Shard {
                    topic,
                    shard: 2,
                    frame: None,
                },
                "evt_01h455vb4pex5vsknk084sn02q#2",
                r#"{"kind":"shard","topic":"evt_01h455vb4pex5vsknk084sn02q","shard":2,"frame":null}"#,
            ),
            (
                LiveDue::Connection {
                    topic: Topic::door(event_id),
                    shard: 0,
                    connection_id: "c".into(),
                    reply: Reply::Snapshot,
                },
                "evt_01h455vb4pex5vsknk084sn02q#door#0",
                r#"{"kind":"connection","topic":"evt_01h455vb4pex5vsknk084sn02q#door","shard":0,"connectionId":"c","reply":"snapshot"}"#,
            ),
            (
                LiveDue::Connection {
                    topic: Topic::door(event_id),
                    shard: 0,
                    connection_id: "c".into(),
                    reply: Reply::Forbidden,
                },
                "evt_01h455vb4pex5vsknk084sn02q#door#0",
                r#"{"kind":"connection","topic":"evt_01h455vb4pex5vsknk084sn02q#door","shard":0,"connectionId":"c","reply":"forbidden"}"#,
            ),
            (
                LiveDue::Rights {
                    user_id: "usr_01h455vb4pex5vsknk084sn02r".parse().unwrap(),
                    connection_id: "c".into(),
                },
                "c",
                r#"{"kind":"rights","userId":"usr_01h455vb4pex5vsknk084sn02r","connectionId":"c"}"#,
            ),
            (
                LiveDue::Everybody {
                    topic,
                    frame: Frame::Pong,
                },
                "evt_01h455vb4pex5vsknk084sn02q",
                r#"{"kind":"everybody","topic":"evt_01h455vb4pex5vsknk084sn02q","frame":{"type":"pong"}}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&due).unwrap(), golden);
            assert_eq!(serde_json::from_str::<LiveDue>(golden).unwrap(), due);
            assert_eq!(due.group(), group);
        }
    }
}
