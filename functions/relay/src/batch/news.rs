//! The news of a batch for viewers, and the messages with which the push function sends them.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    id::{EventId, UserId},
    live::topic::Topic,
};
use jiff::{SignedDuration, Timestamp};
use messages::LiveDue;
use queues::Ordered;
use store::TopicState;

use crate::{effect::News, record::Source};

/// The shortest time between the starts of two ticks of the same event.
const TICK: SignedDuration = SignedDuration::from_secs(1);

/// The news that a batch causes.
#[derive(Debug, Default)]
pub(crate) struct LiveNews {
    /// Events whose counts may have changed. The value is the first record that reports a change of the counts.
    counts: BTreeMap<EventId, Arc<Source>>,
    /// The frames for viewers, each with the record that causes it, in the order of the stream.
    frames: Vec<(Box<News>, Arc<Source>)>,
}

/// Messages for the push function.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DueMessages {
    /// Frames, and ticks of events whose last tick is at least a second old.
    pub(crate) at_once: Vec<Ordered<LiveDue>>,
    /// Ticks of events whose last tick is younger than a second.
    pub(crate) in_a_second: Vec<Ordered<LiveDue>>,
}

impl LiveNews {
    /// Notes that the counts of `event` may have changed, as the record `source` reports.
    pub(crate) fn add_counts(&mut self, event: EventId, source: &Arc<Source>) {
        self.counts
            .entry(event)
            .or_insert_with(|| Arc::clone(source));
    }

    /// Adds a frame for viewers, which the record `source` causes.
    pub(crate) fn add_frame(&mut self, news: Box<News>, source: &Arc<Source>) {
        self.frames.push((news, Arc::clone(source)));
    }

    /// Returns every topic that has news, each with one of the records that report this news.
    pub(crate) fn topics(&self) -> BTreeMap<Topic, &Source> {
        let counts = self.counts.iter();
        let counts = counts.map(|(event, source)| (Topic::public(*event), &**source));
        let frames = self.frames.iter();
        let frames = frames.map(|(news, source)| (news.topic, &**source));
        counts.chain(frames).collect()
    }

    /// Returns the messages for those topics that are `watched`. A tick is due now if the event's last tick is at least a
    /// second older than `now`; otherwise, it is due in a second.
    pub(crate) fn due(self, watched: &[TopicState], now: Timestamp) -> DueMessages {
        let mut due = DueMessages::default();
        for state in watched {
            let event_id = state.topic.event;
            if state.topic != Topic::public(event_id) || !self.counts.contains_key(&event_id) {
                continue;
            }
            let tick = ordered(
                format!("{event_id}#{}", state.tick),
                LiveDue::Tick {
                    event_id,
                    tick: state.tick,
                },
            );
            if now.duration_since(state.begun_at()) >= TICK {
                due.at_once.push(tick);
            } else {
                due.in_a_second.push(tick);
            }
        }
        for (news, _) in self.frames {
            let News { topic, name, frame } = *news;
            if watched.iter().any(|state| state.topic == topic) {
                due.at_once
                    .push(ordered(name, LiveDue::Everybody { topic, frame }));
            }
        }
        due
    }
}

/// Returns one message for each of a user's open connections. The message causes the push function to check whether the user
/// may still watch the connection's topics. If the relay handles the same record twice, the queue drops the repeated messages.
pub(crate) fn recheck_messages(
    user_id: UserId,
    connections: Vec<String>,
    source: &Source,
) -> Vec<Ordered<LiveDue>> {
    let message = |connection_id| {
        ordered(
            source.sequence_number.clone(),
            LiveDue::Rights {
                user_id,
                connection_id,
            },
        )
    };
    connections.into_iter().map(message).collect()
}

fn ordered(name: String, message: LiveDue) -> Ordered<LiveDue> {
    Ordered {
        group: message.group(),
        name,
        message,
    }
}
