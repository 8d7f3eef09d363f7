//! The news of a change for viewers of an event. Everything here is pure.

use std::collections::BTreeMap;

use domain::{
    door::{ConflictKind, Ticket},
    events::EventField,
    id::{EventId, UserId},
    live::topic::Topic,
};
use jiff::{SignedDuration, Timestamp};
use messages::{Frame, LiveDue};
use queues::Ordered;
use store::{LoggedScan, TopicState, stream::Change};

use crate::batch::Source;

/// The least between the beginnings of two ticks of an event.
const TICK: SignedDuration = SignedDuration::from_secs(1);

/// The news that a batch causes.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// Events whose counts may have changed.
    changed: BTreeMap<EventId, Source>,
    frames: Vec<News>,
    /// Users whose rights may have ended, and the last record that says so.
    rights: BTreeMap<UserId, Source>,
}

/// Messages for the push function.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) at_once: Vec<Ordered<LiveDue>>,
    /// Ticks of events whose last tick is not a second old.
    pub(crate) in_a_second: Vec<Ordered<LiveDue>>,
}

/// A frame for everybody who is subscribed to a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
struct News {
    topic: Topic,
    /// The same for the same news, so that the queue drops what is sent twice.
    name: String,
    frame: Frame,
    source: Source,
}

impl Live {
    /// Adds what follows from `change`.
    pub(crate) fn add(&mut self, change: &Change, source: &Source) {
        if let Some(user) = whose_rights_may_have_ended(change) {
            self.rights.insert(user, source.clone());
        }
        match change {
            Change::Bucket { event, .. } | Change::Waitlist { event } => self.count(*event, source),
            Change::Event {
                before: Some(before),
                after,
            } => {
                self.count(after.id, source);
                let changed = EventField::changed(before, after);
                if changed.is_empty() {
                    return;
                }
                // The door needs to know that no ticket is good any more.
                let door = changed
                    .contains(&EventField::Status)
                    .then_some(Topic::door(after.id));
                let frame = Frame::Event {
                    event_id: after.id,
                    status: after.status,
                    changed,
                };
                for topic in [Topic::public(after.id)].into_iter().chain(door) {
                    self.frames.push(News {
                        topic,
                        name: format!("{topic}#{}", after.version),
                        frame: frame.clone(),
                        source: source.clone(),
                    });
                }
            }
            Change::Ticket { before, after } => {
                let before: Vec<ConflictKind> = before
                    .iter()
                    .flat_map(|ticket| ticket.conflicts())
                    .collect();
                let kinds: Vec<ConflictKind> = after.conflicts().collect();
                if before != kinds {
                    self.frames.push(News {
                        topic: Topic::door(after.event_id),
                        name: format!("{}#{}", after.code, after.rev),
                        frame: conflict(after, kinds),
                        source: source.clone(),
                    });
                }
            }
            Change::Announcement { announcement } => self.frames.push(News {
                topic: Topic::public(announcement.event_id),
                name: announcement.id.to_string(),
                frame: Frame::Announcement {
                    event_id: announcement.event_id,
                    id: announcement.id,
                    message: announcement.message.clone(),
                    created_at: announcement.created_at,
                },
                source: source.clone(),
            }),
            Change::Scanned { event, scan } => self.frames.push(News {
                topic: Topic::door(*event),
                name: format!("{event}#{}", scan.scan_id.as_str()),
                frame: check_in(*event, scan),
                source: source.clone(),
            }),
            _ => {}
        }
    }

    fn count(&mut self, event: EventId, source: &Source) {
        self.changed.entry(event).or_insert_with(|| source.clone());
    }

    /// Users whose rights may have ended, with the record that says so.
    pub(crate) fn rights(&self) -> impl Iterator<Item = (UserId, &Source)> {
        self.rights.iter().map(|(user, source)| (*user, source))
    }

    /// Every topic that somebody may have to hear of, and a record that asks for it.
    pub(crate) fn topics(&self) -> BTreeMap<Topic, &Source> {
        let counts = self.changed.iter();
        let counts = counts.map(|(event, source)| (Topic::public(*event), source));
        let frames = self.frames.iter().map(|news| (news.topic, &news.source));
        counts.chain(frames).collect()
    }

    /// Returns the messages that are due to the topics that are `watched`.
    pub(crate) fn due(&self, watched: &[TopicState], now: Timestamp) -> Due {
        let mut due = Due::default();
        for state in watched {
            let event_id = state.topic.event;
            if state.topic != Topic::public(event_id) || !self.changed.contains_key(&event_id) {
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
        let is_watched = |news: &&News| watched.iter().any(|state| state.topic == news.topic);
        let frames = self.frames.iter().filter(is_watched).map(|news| {
            let topic = news.topic;
            let frame = news.frame.clone();
            ordered(news.name.clone(), LiveDue::Everybody { topic, frame })
        });
        due.at_once.extend(frames);
        due
    }
}

/// The user whose rights on open connections may have ended with a change.
fn whose_rights_may_have_ended(change: &Change) -> Option<UserId> {
    match change {
        Change::StaffRemoved { user, .. } | Change::SessionEnded { user } => Some(*user),
        Change::AccountErased { account } => Some(account.user.id),
        Change::Account {
            before: Some(before),
            after,
        } => {
            let has_changed = before.user.role != after.user.role
                || before.password_changed_at != after.password_changed_at;
            has_changed.then_some(after.user.id)
        }
        Change::Event {
            before: Some(before),
            after,
        } => (before.organizer.id != after.organizer.id).then_some(before.organizer.id),
        Change::Event { before: None, .. }
        | Change::Account { before: None, .. }
        | Change::SessionBegun { .. }
        | Change::Bucket { .. }
        | Change::DraftDeleted { .. }
        | Change::Waitlist { .. }
        | Change::Registration { .. }
        | Change::Ticket { .. }
        | Change::Mail { .. }
        | Change::Announcement { .. }
        | Change::Scanned { .. }
        | Change::Asked { .. }
        | Change::Other => None,
    }
}

/// Has the rights on a user's connections judged anew, after the record of `source`.
pub(crate) fn judge(
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

fn conflict(ticket: &Ticket, kinds: Vec<ConflictKind>) -> Frame {
    Frame::Conflict {
        event_id: ticket.event_id,
        code: ticket.code.to_string(),
        kinds,
        admitted_at: ticket.admission().map(|scan| scan.at),
        ended_at: ticket.ended_at,
    }
}

fn check_in(event_id: EventId, scan: &LoggedScan) -> Frame {
    Frame::CheckIn {
        event_id,
        at: scan.at,
        result: scan.result.clone(),
        reason: scan.reason.clone(),
        code: scan.code.map(|code| code.to_string()),
        gate: scan.gate.as_ref().map(|gate| gate.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests;
