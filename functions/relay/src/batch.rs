//! The work that a batch of stream records causes. Everything here is pure, so that tests need no stream.

use std::collections::BTreeMap;

use domain::{
    events::{Event, EventStatus},
    id::{EventId, GuestId, UserId},
    seats::{
        availability::BucketCounts,
        bucket::{Bucket, BucketNo, Terms},
        registration::{Registration, RegistrationStatus},
    },
};
use jiff::Timestamp;
use messages::MailDue;
use store::stream::Change;

use crate::{due, live::Live, tally::Facts};

/// The record of the stream that caused something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) event_id: String,
    pub(crate) sequence_number: String,
    pub(crate) pk: String,
    pub(crate) sk: String,
    /// The request that wrote it; empty if none is known.
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
    /// The time, to the second.
    pub(crate) at: Timestamp,
    pub(crate) source: Source,
}

/// The newest look at a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) counts: BucketCounts,
    pub(crate) source: Source,
}

/// Changes of an event's guest list and waitlist.
#[derive(Debug, Default)]
pub(crate) struct Seating {
    /// The newest look at each bucket.
    pub(crate) looks: BTreeMap<BucketNo, Look>,
    /// Somebody joined or left the waitlist.
    pub(crate) waitlist: Option<Source>,
}

/// The work that a batch causes.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// In the order of the stream, which is the true order for each bucket.
    pub(crate) seat_changes: Vec<SeatChange>,
    pub(crate) seatings: BTreeMap<EventId, Seating>,
    /// Events whose reminders must follow them, as they were last.
    pub(crate) reminders: BTreeMap<EventId, (Event, Source)>,
    /// Mail that is due.
    pub(crate) mails: Vec<MailDue>,
    /// News for viewers.
    pub(crate) live: Live,
    /// Facts to count.
    pub(crate) facts: Facts,
    /// Events whose buckets must follow them, as they were last.
    pub(crate) alignments: BTreeMap<EventId, (Event, Source)>,
    /// Accounts that were erased, or that got something which an erased account must not have: a seat, a place on a
    /// waitlist, a session.
    pub(crate) people: BTreeMap<UserId, Source>,
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
            Change::Registration { before, after } => {
                if comes_to_wait(before.as_ref(), &after) {
                    self.people.insert(after.user_id, source);
                }
            }
            Change::AccountErased { account } => {
                self.people.insert(account.user.id, source);
            }
            Change::SessionBegun { user } => {
                self.people.insert(user, source);
            }
            Change::Asked { at } => self.asked = self.asked.max(Some(at)),
            Change::Event { before: None, .. }
            | Change::StaffRemoved { .. }
            | Change::SessionEnded { .. }
            | Change::DraftDeleted { .. }
            | Change::Ticket { .. }
            | Change::Mail { .. }
            | Change::Account { .. }
            | Change::Announcement { .. }
            | Change::Scanned { .. }
            | Change::Other => {}
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
        for guest in after.guests.iter().filter(|guest| !was_there(guest)) {
            self.seat_changes.push(change(*guest, true));
            self.people.insert(guest.user_id(), source.clone());
        }
        let lost = before
            .into_iter()
            .flat_map(|before| before.guests.difference(&after.guests));
        self.seat_changes
            .extend(lost.map(|guest| change(*guest, false)));
    }
}

/// Whether somebody came to wait by a write of the registration. A seat is seen in its bucket.
fn comes_to_wait(before: Option<&Registration>, after: &Registration) -> bool {
    let waits = |item: &Registration| item.status == RegistrationStatus::Waitlisted;
    waits(after) && before.is_none_or(|before| !waits(before) || before.entry_id != after.entry_id)
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
    use domain::seats::bucket::BucketState;

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
    fn whoever_got_a_seat_a_place_or_a_session_may_be_erased() {
        let event: EventId = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let at = "2027-01-01T00:00:00Z".parse().unwrap();
        let user = |n: u8| GuestId::from([n; 16]).user_id();
        let waiting = |n: u8, place: u128| Registration {
            event_id: event,
            user_id: user(n),
            status: RegistrationStatus::Waitlisted,
            registered_at: at,
            cancelled_at: None,
            cancelled_by: None,
            seat_lost_at: None,
            promoted: false,
            muted: false,
            kept: false,
            generation: 0,
            entry_id: Some(format!("{place:032x}").parse().unwrap()),
            rev: 1,
        };
        let registration = |before, after| Change::Registration { before, after };
        let confirmed = Registration {
            status: RegistrationStatus::Confirmed,
            ..waiting(5, 1)
        };
        let account = store::Account::new(fixtures::user(user(6)), "none".to_owned());
        let mut work = Work::default();
        for change in [
            Change::Bucket {
                event,
                before: Some(bucket(1, &[1])),
                after: bucket(2, &[1, 2]),
            },
            registration(None, waiting(3, 1)),
            // The same place, and another one.
            registration(Some(waiting(4, 1)), waiting(4, 1)),
            registration(Some(waiting(8, 1)), waiting(8, 2)),
            // A seat is seen in its bucket.
            registration(None, confirmed),
            Change::AccountErased {
                account: Box::new(account),
            },
            Change::SessionBegun { user: user(7) },
        ] {
            work.add(change, at, Source::default());
        }
        let people: Vec<UserId> = work.people.into_keys().collect();
        assert_eq!(people, [2, 3, 6, 7, 8].map(user));
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
