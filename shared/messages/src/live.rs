//! The messages on the queues `live` and `push`.

use domain::{
    id::{EventId, UserId},
    live::topic::Topic,
};
use serde::{Deserialize, Serialize};

use crate::Frame;

/// A task of the fan-out of live messages to the viewers of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum LiveDue {
    /// A tick: a task to read an event's counts once for all viewers, after the counts have changed. The message usually goes
    /// to the queue `live`, which delivers it a second later. If the last look was at least a second ago, the message goes to
    /// the queue `push` instead.
    Tick {
        /// The id of the event.
        event_id: EventId,
        /// The number of this tick among the ticks of the event.
        tick: u64,
    },
    /// A frame for everybody who is subscribed to a topic. The message is on the queue `push`.
    Everybody {
        /// The topic to which the connections are subscribed.
        topic: Topic,
        /// The frame to send.
        frame: Frame,
    },
    /// A frame for the connections in one shard of a topic. The message is on the queue `push`.
    Shard {
        /// The topic to which the connections are subscribed.
        topic: Topic,
        /// The number of the shard, from 0.
        shard: u32,
        /// The frame to send. If it is `None`, the newest counts are sent.
        frame: Option<Frame>,
    },
    /// A reply for one connection. The message is on the queue `push`, in the group of the connection's shard, so that the
    /// connection gets its replies and the shard's frames in order.
    Connection {
        /// The topic of the subscription that the reply is about.
        topic: Topic,
        /// The number of the connection's shard.
        shard: u32,
        /// The id of the connection.
        connection_id: String,
        /// The reply to send.
        reply: Reply,
    },
    /// A task to check a connection's rights: the user may have lost the right to watch a topic, so the policy decides once
    /// more. The message is on the queue `push`.
    Rights {
        /// The id of the user.
        user_id: UserId,
        /// The id of the connection on which the user signed in.
        connection_id: String,
    },
}

/// The reply to an action that changed a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The connection is now subscribed, and gets the counts.
    Snapshot,
    /// The connection is no longer subscribed, because the client ended the subscription.
    Unsubscribed,
    /// The connection is no longer subscribed, because the user no longer has the right to watch the topic.
    Forbidden,
}

impl LiveDue {
    /// Returns the FIFO group of the message. A queue delivers the messages of one group one after the other.
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
