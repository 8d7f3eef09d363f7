//! What a batch of stream records asks for, brought together: pure, so that tests need no stream.

use std::collections::BTreeMap;

use domain::{
    event::{Event, EventStatus},
    guest_list::{
        availability::BucketCounts,
        bucket::{Bucket, BucketNo, Terms},
    },
    id::{EventId, GuestId, UserId},
};
use jiff::Timestamp;
use messages::MailDue;
use store::stream::Change;

use crate::{due, live::Live, tally::Facts};

/// Where in the stream something came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) event_id: String,
    pub(crate) sequence_number: String,
    pub(crate) pk: String,
    pub(crate) sk: String,
    /// The request that wrote it; empty where none is known.
    pub(crate) request: String,
}

/// Somebody got or lost a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeatChange {
    pub(crate) event: EventId,
    pub(crate) user: UserId,
    /// `true`: got a seat.
    pub(crate) seated: bool,
    /// Revision of the bucket by the write that did it.
    pub(crate) rev: u64,
    /// When, to the second.
    pub(crate) at: Timestamp,
    pub(crate) source: Source,
}

/// The newest look at a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) counts: BucketCounts,
    pub(crate) source: Source,
}

/// What happened to an event's guest list and waitlist.
#[derive(Debug, Default)]
pub(crate) struct Seating {
    /// The newest look at each bucket.
    pub(crate) looks: BTreeMap<BucketNo, Look>,
    /// Somebody joined or left the waitlist.
    pub(crate) waitlist: Option<Source>,
}

/// What a batch asks for.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// In the order of the stream, which is the true order for each bucket.
    pub(crate) seat_changes: Vec<SeatChange>,
    pub(crate) seatings: BTreeMap<EventId, Seating>,
    /// Events whose reminders must follow them, as they were last.
    pub(crate) reminders: BTreeMap<EventId, (Event, Source)>,
    /// Mail that is due.
    pub(crate) mails: Vec<MailDue>,
    /// What those who watch must hear.
    pub(crate) live: Live,
    /// What is to be counted.
    pub(crate) facts: Facts,
    /// Events whose buckets must follow them, as they were last.
    pub(crate) alignments: BTreeMap<EventId, (Event, Source)>,
    /// The newest question whether the stream is read.
    pub(crate) asked: Option<Timestamp>,
}

impl Work {
    /// Adds what follows from `change`, written at `at`.
    pub(crate) fn add(&mut self, change: Change, at: Timestamp, source: Source) {
        self.mails.extend(due::mail(&change, &source.request));
        self.live.add(&change, &source);
        self.facts.add(&change, at, &source);
        match change {
            Change::Bucket {
                event,
                before,
                after,
            } => {
                self.add_seat_changes(event, before.as_ref(), &after, at, &source);
                let look = Look {
                    counts: BucketCounts::from(&after),
                    source,
                };
                let newest = self
                    .seatings
                    .entry(event)
                    .or_default()
                    .looks
                    .entry(after.no)
                    .or_insert_with(|| look.clone());
                if look.counts.rev >= newest.counts.rev {
                    *newest = look;
                }
            }
            Change::Event {
                before: Some(before),
                after,
            } => {
                if reminders_must_follow(&before, &after) {
                    self.reminders
                        .insert(after.id, ((*after).clone(), source.clone()));
                }
                if buckets_must_follow(&before, &after) {
                    self.alignments.insert(after.id, (*after, source));
                }
            }
            Change::Waitlist { event } => {
                self.seatings.entry(event).or_default().waitlist = Some(source);
            }
            Change::Asked { at } => self.asked = self.asked.max(Some(at)),
            _ => {}
        }
    }

    fn add_seat_changes(
        &mut self,
        event: EventId,
        before: Option<&Bucket>,
        after: &Bucket,
        at: Timestamp,
        source: &Source,
    ) {
        let change = |guest: GuestId, seated| SeatChange {
            event,
            user: guest.user_id(),
            seated,
            rev: after.rev,
            at,
            source: source.clone(),
        };
        let was_there = |guest: &GuestId| before.is_some_and(|before| before.has(*guest));
        self.seat_changes.extend(
            after
                .guests
                .iter()
                .filter(|guest| !was_there(guest))
                .map(|guest| change(*guest, true)),
        );
        let lost = before
            .into_iter()
            .flat_map(|before| before.guests.difference(&after.guests));
        self.seat_changes
            .extend(lost.map(|guest| change(*guest, false)));
    }
}

/// The call that changed the event aligns the buckets itself, before it answers; this finds the changes whose
/// process may have died in between. A publication lays its buckets out before it is one.
fn buckets_must_follow(before: &Event, after: &Event) -> bool {
    before.status != EventStatus::Draft && Terms::of(before).differ_from(&Terms::of(after))
}

/// Reminders are made on publication, move with the start, and end with the event.
fn reminders_must_follow(before: &Event, after: &Event) -> bool {
    before.status != after.status
        || before.details.schedule.starts_at != after.details.schedule.starts_at
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::guest_list::bucket::BucketState;

    fn bucket(rev: u64, guests: &[u8]) -> Bucket {
        let terms = Terms {
            state: BucketState::Open,
            opens_at: 0,
            closes_at: 1,
            event_version: 1,
        };
        let guests = guests.iter().map(|n| GuestId::from([*n; 16])).collect();
        Bucket {
            no: 0,
            free: 3,
            held: 0,
            guests,
            rev,
            terms,
        }
    }

    #[test]
    fn of_several_questions_the_newest_is_answered() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut work = Work::default();
        assert_eq!(work.asked, None);
        for second in [10, 30, 20] {
            let asked = Change::Asked { at: at(second) };
            work.add(asked, at(40), Source::default());
        }
        assert_eq!(work.asked, Some(at(30)));
    }

    #[test]
    fn a_bucket_tells_who_came_and_who_left() {
        let event = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let at = "2027-01-01T00:00:00Z".parse().unwrap();
        let mut work = Work::default();
        let mut write = |before: Option<Bucket>, after: Bucket| {
            work.add(
                Change::Bucket {
                    event,
                    before,
                    after,
                },
                at,
                Source::default(),
            );
        };
        write(None, bucket(0, &[]));
        write(Some(bucket(0, &[])), bucket(1, &[7]));
        write(Some(bucket(2, &[7])), bucket(3, &[8]));
        write(Some(bucket(1, &[7])), bucket(2, &[7]));
        let told: Vec<_> = work
            .seat_changes
            .iter()
            .map(|c| (GuestId::from(c.user).as_bytes()[0], c.seated, c.rev))
            .collect();
        assert_eq!(told, [(7, true, 1), (8, true, 3), (7, false, 3)]);
        assert_eq!(
            work.seatings[&event].looks[&0].counts.rev, 3,
            "the newest look, whatever the order"
        );
    }
}
